import cors from 'cors';
import express from 'express';

const app = express();
const allowed = ['https://app.shop.example'];
app.use(cors({
  origin: allowed,
  credentials: true,
}));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
