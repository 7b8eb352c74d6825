import express from 'express';

const allowed = new Set(['https://app.shop.example', 'https://www.shop.example']);
const app = express();
app.use((request, response, next) => {
  response.set('Cache-Control', 'no-store');
  if (allowed.has(request.headers.origin)) {
    response.set('Access-Control-Allow-Origin', request.headers.origin);
    response.set('Access-Control-Allow-Credentials', 'true');
  }
  if (request.method === 'OPTIONS') return response.status(204).end();
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
