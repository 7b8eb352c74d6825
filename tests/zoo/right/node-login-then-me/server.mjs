import express from 'express';

const app = express();
const allowed = new Set(['https://app.shop.example', 'https://www.shop.example']);

app.use((request, response, next) => {
  const origin = request.headers.origin;
  response.vary('Origin');
  if (allowed.has(origin)) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Allow-Credentials', 'true');
  }
  if (request.method !== 'OPTIONS') return next();
  if (allowed.has(origin)) {
    response.set('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
    response.set('Access-Control-Allow-Headers', 'content-type, authorization');
    response.set('Access-Control-Max-Age', '7200');
  }
  response.status(204).end();
});
app.post('/auth/login', (request, response) => {
  response.set('Set-Cookie', '__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax');
  response.json({ name: 'ada' });
});
app.get('/me', (request, response) => {
  if (!request.headers.cookie) return response.status(401).json({ error: 'log in first' });
  response.json({ name: 'ada' });
});
export default app;
