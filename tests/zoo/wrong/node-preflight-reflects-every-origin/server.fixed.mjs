import cors from 'cors';
import express from 'express';

const app = express();
const allowed = new Set(['https://app.shop.example', 'https://www.shop.example']);
app.use(cors({ origin: [...allowed], credentials: true }));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.put('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
