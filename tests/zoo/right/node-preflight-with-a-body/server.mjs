import express from 'express';

const allowed = new Set(['https://app.shop.example']);
const app = express();
app.use((request, response, next) => {
  response.vary('Origin');
  if (allowed.has(request.headers.origin)) {
    response.set('Access-Control-Allow-Origin', request.headers.origin);
    response.set('Access-Control-Allow-Credentials', 'true');
    response.set('Access-Control-Allow-Methods', 'PUT,DELETE');
    response.set('Access-Control-Allow-Headers', 'Content-Type,X-Request-Id');
    response.set('Access-Control-Max-Age', '0');
  }
  if (request.method === 'OPTIONS') return response.status(200).json({ ok: true });
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.put('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
