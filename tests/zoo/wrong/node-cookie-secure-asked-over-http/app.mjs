import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: 'http://app.shop.example', credentials: true }));
app.get('/me', (request, response) => {
  if (!request.headers.cookie) return response.status(401).json({ error: 'log in first' });
  response.json({ name: 'ada' });
});
export default app;
