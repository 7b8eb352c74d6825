import express from 'express';

const app = express();
app.post('/acs', (request, response) => response.type('html').send('<!doctype html><title>Shop</title>'));
export default app;
