import express from 'express';

const app = express();
const allowed = ['https://app.shop.example', 'https://www.shop.example'];

app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', allowed.join(', '));
  response.set('Access-Control-Allow-Credentials', 'true');
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
