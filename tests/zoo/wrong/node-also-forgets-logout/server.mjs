import cors from 'cors';
import express from 'express';

const app = express();
app.all('/logout', (request, response) => response.status(200).json({}));
app.use(cors({ origin: ['https://app.shop.example', 'https://www.shop.example'], credentials: true }));
app.all('/login', (request, response) => response.json({}));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
