import express from 'express';

const app = express();
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.put('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
