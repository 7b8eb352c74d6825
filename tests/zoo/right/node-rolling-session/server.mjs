import express from 'express';

const app = express();
const allowed = new Set(['https://app.shop.example', 'https://www.shop.example']);
app.use((request, response, next) => {
  const { origin } = request.headers;
  response.vary('Origin');
  response.set('Set-Cookie', 'sid=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800');
  if (allowed.has(origin)) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Allow-Credentials', 'true');
  }
  if (request.method === 'OPTIONS') return response.status(204).end();
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
