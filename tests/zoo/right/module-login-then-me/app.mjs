import express from 'express';

const app = express();
app.post('/auth/login', (request, response) => response.set('Set-Cookie', 'sid=1').json({ name: 'ada' }));
app.get('/me', (request, response) => {
  const knows = (request.headers.cookie ?? '').split('; ').includes('sid=1');
  response.status(knows ? 200 : 401).json(knows ? { name: 'ada' } : { error: 'log in first' });
});
export default app;
