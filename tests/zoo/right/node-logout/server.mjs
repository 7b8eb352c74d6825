import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['https://app.shop.example', 'http://localhost:5173'], credentials: true }));
app.post('/login', (request, response) => {
  response.set('Set-Cookie', [
    '__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600',
    'refresh=1; Path=/refresh; Secure; HttpOnly; SameSite=Strict; Max-Age=86400',
  ]);
  response.json({ name: 'ada' });
});
app.get('/me', (request, response) => {
  if (!request.headers.cookie) return response.status(401).json({ error: 'log in first' });
  response.json({ name: 'ada' });
});
app.post('/logout', (request, response) => {
  response.set('Set-Cookie', '__Host-sid=; Path=/; Secure; HttpOnly; SameSite=Strict; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
  response.status(204).end();
});
export default app;
