import express from 'express';

const app = express();
app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*');
  next();
});
app.get('/prices', (request, response) => response.json([1, 2, 3]));
export default app;
