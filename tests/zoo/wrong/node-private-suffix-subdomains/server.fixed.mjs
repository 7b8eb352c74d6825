import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['https://shop.vercel.app', 'https://www.vercel.app'], credentials: true }));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
