import express from 'express';

const app = express();
app.post('/login', (request, response) => {
  response.set('Set-Cookie', 'sid=1; Path=/; Secure; HttpOnly; SameSite=Lax');
  response.json({ name: 'ada' });
});
export default app;
