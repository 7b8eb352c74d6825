import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: 'http://app.shop.example', credentials: true }));
app.post('/login', (request, response) => {
  response.set('Set-Cookie', 'sid=1; Path=/; Secure; HttpOnly; SameSite=None');
  response.json({ name: 'ada' });
});
export default app;
