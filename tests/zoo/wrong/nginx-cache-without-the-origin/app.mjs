import express from 'express';

const allowed = ['https://app.shop.example', 'https://www.shop.example'];
const app = express();

app.use((request, response, next) => {
  const origin = request.headers.origin;
  if (allowed.includes(origin)) response.setHeader('Access-Control-Allow-Origin', origin);
  if (request.method === 'OPTIONS') return response.status(204).end();
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
