import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['https://app.shop.example', 'https://www.shop.example'], credentials: true }));
app.post('/login', (request, response) => {
  response.set('Set-Cookie', 'sid=1; Path=/; Secure; HttpOnly; SameSite=Lax');
  response.json({ name: 'ada' });
});
export default app;
