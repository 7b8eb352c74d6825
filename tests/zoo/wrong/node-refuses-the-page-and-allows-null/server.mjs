import express from 'express';

const app = express();
app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', 'null');
  response.set('Access-Control-Allow-Credentials', 'true');
  response.set('Vary', 'Origin');
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
