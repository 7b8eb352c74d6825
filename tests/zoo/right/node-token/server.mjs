import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['https://app.shop.example'], allowedHeaders: ['Authorization'], maxAge: 7200 }));
app.use((request, response, next) => {
  if (request.headers.authorization) next();
  else response.status(401).json({ error: 'log in first' });
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
