import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: 'https://app.shop.example', credentials: true }));
app.post('/login', (request, response) => {
  response.set('Set-Cookie', 'sid=1; Path=/; Secure; HttpOnly; SameSite=None');
  response.json({ name: 'ada' });
});
app.get('/me', (request, response) => {
  if (!request.headers.cookie) return response.status(401).json({ error: 'log in first' });
  response.json({ name: 'ada' });
});
export default app;
