import cors from 'cors';
import express from 'express';

const app = express();
const allowed = ['https://app.shop.example'];
app.use(cors({
  origin(origin, callback) {
    if (allowed.includes(origin)) callback(null, true);
    else callback(new Error('Not allowed by CORS'));
  },
  credentials: true,
}));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
