import express from 'express';

const allowed = ['https://app.shop.example', 'https://www.shop.example'];
const app = express();
app.use((request, response, next) => {
  response.append('Vary', 'Accept-Encoding');
  response.append('Vary', 'Origin');
  const origin = allowed.find((one) => one === request.headers.origin);
  if (origin) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Allow-Credentials', 'true');
    response.set('Access-Control-Expose-Headers', 'X-Request-Id, ETag');
  }
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method']) {
    response.set('Access-Control-Allow-Methods', 'GET, DELETE');
    response.set('Access-Control-Allow-Headers', 'Authorization, X-Csrf-Token');
    return response.status(204).end();
  }
  if (!request.headers.authorization) return response.status(401).json({ error: 'a token, please' });
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.delete('/me', (request, response) => response.status(204).end());
export default app;
