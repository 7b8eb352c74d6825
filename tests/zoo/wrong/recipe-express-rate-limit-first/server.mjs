import cors from 'cors';
import express from 'express';

const app = express();
app.use((request, response, next) => {
  if (request.method === 'OPTIONS') return next();
  response.status(429).json({ error: 'slower' });
});
app.use(cors({ origin: ['https://app.shop.example', 'https://www.shop.example'], credentials: true }));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
