import express from 'express';

const app = express();
app.get('/logo.png', (request, response) => response.type('png').send(Buffer.alloc(8)));
export default app;
