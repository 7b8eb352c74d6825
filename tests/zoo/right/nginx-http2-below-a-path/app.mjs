import express from 'express';

const app = express();
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.delete('/me', (request, response) => response.status(204).end());
export default app;
