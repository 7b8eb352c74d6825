import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: 'https://app.shop.example', credentials: true }));
app.patch('/me', (request, response) => response.json({}));
export default app;
