import express from 'express';

const app = express();
app.use((request, response, next) => {
  const origin = request.headers.origin ?? 'null';
  response.set('Vary', 'Origin');
  if (['null', 'https://app.shop.example'].includes(origin)) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Allow-Credentials', 'true');
  }
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
