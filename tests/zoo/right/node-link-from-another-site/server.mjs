import express from 'express';

const app = express();
app.get('/orders', (request, response) => response.type('html').send('<!doctype html><title>Orders</title>'));
export default app;
