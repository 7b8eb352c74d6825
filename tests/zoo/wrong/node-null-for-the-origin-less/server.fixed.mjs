import express from 'express';

const app = express();
app.use((request, response, next) => {
  const { origin } = request.headers;
  response.set('Vary', 'Origin');
  if (['https://app.shop.example', 'https://www.shop.example'].includes(origin)) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Allow-Credentials', 'true');
  }
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
