import express from 'express';

const app = express();
app.options('/me', (request, response) => {
  response.set('Access-Control-Allow-Origin', 'https://app.shop.example');
  response.set('Access-Control-Allow-Credentials', 'true');
  response.set('Access-Control-Allow-Methods', 'PUT');
  response.set('Access-Control-Allow-Headers', 'content-type');
  response.sendStatus(204);
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.put('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
