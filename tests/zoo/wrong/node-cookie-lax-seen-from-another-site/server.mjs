import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['https://app.shop.example:@port@', 'https://www.shop.example'], credentials: true }));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
