import cors from 'cors';
import express from 'express';

const app = express();
app.get('/me', cors(), (request, response) => response.json({ name: 'ada' }));
export default app;
