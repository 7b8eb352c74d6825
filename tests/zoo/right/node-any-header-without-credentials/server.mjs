import express from 'express';

const app = express();
app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*');
  response.set('Access-Control-Expose-Headers', '*');
  if (request.method !== 'OPTIONS') return next();
  response.set('Access-Control-Allow-Methods', '*');
  response.set('Access-Control-Allow-Headers', '*');
  response.set('Access-Control-Max-Age', '86400');
  response.status(204).end();
});
app.get('/prices', (request, response) => response.json([1, 2, 3]));
app.patch('/prices', (request, response) => response.json([1, 2, 3]));
export default app;
