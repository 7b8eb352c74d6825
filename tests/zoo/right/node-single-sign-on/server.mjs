import express from 'express';

const app = express();
app.post('/acs', (request, response) => {
  response.set('Set-Cookie', '__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax');
  response.type('html').send('<!doctype html><title>Shop</title>');
});
export default app;
