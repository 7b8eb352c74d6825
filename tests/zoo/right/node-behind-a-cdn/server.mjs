import express from 'express';

const allowed = new Set(['https://app.shop.example', 'https://www.shop.example']);
const app = express();
app.set('etag', false);
app.use((request, response, next) => {
  response.set({ Age: '42', Via: '1.1 edge-17 (cdn)', 'X-Cache': 'Hit from edge', 'Cache-Control': 'public, max-age=60' });
  response.set('Vary', 'Accept-Encoding, origin');
  if (allowed.has(request.headers.origin)) {
    response.set('Access-Control-Allow-Origin', request.headers.origin);
    response.set('Access-Control-Allow-Credentials', 'true');
  }
  if (request.method === 'OPTIONS') return response.status(204).end();
  next();
});
app.get('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
