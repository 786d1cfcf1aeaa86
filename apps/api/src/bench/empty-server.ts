import process from 'node:process';
import { createContextBuilder, createKernel, definePlugin } from '@zaphub/kernel';
import express from 'express';
import { listen, type ListeningServer } from '../http/listen.ts';

/**
 * The kernel with no plugin but the one that serves: one route on Express, behind an empty context. What
 * `npm run bench -- api` calls the kernel alone. Sends its port to its parent.
 */
const http = definePlugin<ListeningServer>({
  name: 'http',
  start: async () => {
    const contexts = createContextBuilder({}, {});
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    app.get('/hello', async (req, res) => {
      const context = await contexts.build(req);
      res.json({ hello: 'world', ...context });
    });
    const server = await listen(app, {
      host: '127.0.0.1',
      port: 0,
      requestTimeoutMs: 30_000,
      headersTimeoutMs: 10_000,
    });
    return { api: server, close: ({ remainingMs }) => server.close(remainingMs) };
  },
});
const kernel = createKernel([http]);
await kernel.start();
process.send?.(kernel.api(http).port);
process.on('disconnect', () => process.exit());
