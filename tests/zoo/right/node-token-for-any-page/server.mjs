import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ methods: ['GET', 'PUT'], allowedHeaders: ['Authorization', 'Content-Type'], exposedHeaders: ['ETag'], maxAge: 600 }));
app.use((request, response, next) => {
  if (request.headers.authorization === 'Bearer abc') return next();
  response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'a token, please' });
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.put('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
