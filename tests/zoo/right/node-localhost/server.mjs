import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: ['http://localhost:3000', 'http://localhost:3001'], credentials: true }));
app.post('/login', (request, response) => {
  response.set('Set-Cookie', 'sid=1; Path=/; HttpOnly; SameSite=Lax');
  response.json({ name: 'ada' });
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
