import express from 'express';

const app = express();
app.use((request, response, next) => {
  response.removeHeader('X-Powered-By');
  if (request.method !== 'OPTIONS') return next();
  response.set('Access-Control-Allow-Origin', 'https://app.shop.example');
  response.set('Access-Control-Allow-Credentials', 'true');
  response.set('Access-Control-Allow-Headers', 'Content-Type,Authorization,X-Api-Key');
  response.set('Access-Control-Allow-Methods', 'GET,OPTIONS');
  response.status(200).json({});
});
app.use((request, response, next) => {
  if (request.headers.authorization === 'Bearer fresh') return next();
  response.status(403).json({ message: 'Forbidden' });
});
app.get('/orders', (request, response) => {
  response.set('Access-Control-Allow-Origin', 'https://app.shop.example');
  response.set('Access-Control-Allow-Credentials', 'true');
  response.json([]);
});
export default app;
