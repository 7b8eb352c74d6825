import cors from 'cors';
import express from 'express';

const app = express();
app.use(cors({ origin: 'http://localhost:@port@', credentials: true }));
app.post('/login', (request, response) => {
  response.set('Set-Cookie', 'sid=1; Path=/; HttpOnly; SameSite=Lax');
  response.json({ name: 'ada' });
});
export default app;
