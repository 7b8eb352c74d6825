import express from 'express';

const app = express();
app.use((request, response, next) => {
  if (request.headers.origin === 'https://app.shop.example') {
    response.set('Access-Control-Allow-Origin', request.headers.origin);
    response.set('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
  }
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
