import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['https://app.shop.example', 'https://www.shop.example'], credentials: true }));
app.use((request, response, next) => {
  response.append('Access-Control-Allow-Origin', 'https://app.shop.example');
  response.append('Access-Control-Allow-Headers', 'Content-Type,Authorization');
  response.append('Access-Control-Allow-Methods', 'GET,PUT,POST,DELETE,OPTIONS');
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
