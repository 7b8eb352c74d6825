import express from 'express';

const app = express();
app.use((request, response, next) => {
  const { origin, cookie } = request.headers;
  response.set('Access-Control-Allow-Origin', cookie && origin ? origin : '*');
  response.set('Access-Control-Allow-Credentials', 'true');
  if (cookie) response.vary('Origin');
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
