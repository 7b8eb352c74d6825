import express from 'express';

const app = express();
app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*');
  if (request.method !== 'OPTIONS') return next();
  response.set('Access-Control-Allow-Headers', '*');
  response.status(204).end();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
