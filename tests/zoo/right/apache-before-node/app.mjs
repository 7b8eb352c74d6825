import cors from 'cors';
import express from 'express';

const app = express();
app.disable('x-powered-by');
app.use(cors({ origin: [/^https:\/\/(app|www)\.shop\.example$/], credentials: true, optionsSuccessStatus: 200 }));
app.get('/me', (request, response) => response.json({ name: 'ada' }));
app.put('/me', (request, response) => response.json({ name: 'ada' }));
export default app;
