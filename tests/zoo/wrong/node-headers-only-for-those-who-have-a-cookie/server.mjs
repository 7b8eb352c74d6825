import express from 'express';

const app = express();
const allowed = ['https://app.shop.example'];

app.use((request, response, next) => {
  const origin = request.headers.origin;
  response.vary('Origin');
  response.set('Access-Control-Allow-Credentials', 'true');
  if (!request.headers.cookie) response.set('Access-Control-Allow-Origin', '*');
  else if (allowed.includes(origin)) response.set('Access-Control-Allow-Origin', origin);
  if (request.method === 'OPTIONS') return response.sendStatus(204);
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
