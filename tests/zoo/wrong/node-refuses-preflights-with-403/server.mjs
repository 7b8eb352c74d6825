import express from 'express';

const app = express();
const allowed = ['https://app.shop.example'];

app.use((request, response, next) => {
  const origin = request.headers.origin;
  response.vary('Origin');
  if (allowed.includes(origin)) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Allow-Credentials', 'true');
    response.set('Access-Control-Allow-Headers', 'content-type');
  }
  if (request.method === 'OPTIONS') return response.sendStatus(allowed.includes(origin) ? 204 : 403);
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
