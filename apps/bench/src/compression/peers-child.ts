import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import process, { argv } from 'node:process';
import { brotliCompress, constants } from 'node:zlib';
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import shrinkRay from 'shrink-ray-current';

/** The same replies as ours, compressed by somebody else. Sends its port to its parent. */
const [, , bodiesPath = '', peer = ''] = argv;
const bodies = (await readFile(bodiesPath, 'utf8')).split('\n');
const quality = { [constants.BROTLI_PARAM_QUALITY]: 4 };
let nextBody = 0;

const middlewares: Readonly<Record<string, () => RequestHandler>> = {
  compression: () => compression({ brotli: { params: quality } }),
  'shrink-ray': () =>
    shrinkRay({
      filter: (req, res) => shrinkRay.filter(req, res),
      cache: () => false,
      cacheSize: false,
      useZopfliForGzip: false,
      brotli: { quality: 4 },
    }),
};
const middleware = middlewares[peer];
const server = createServer(middleware === undefined ? oneShot : expressWith(middleware()));
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());

function takeBody(): string {
  return bodies[nextBody++ % bodies.length] ?? '';
}

function expressWith(handler: RequestHandler): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(handler);
  app.get('/', (_req, res) => {
    const text = takeBody();
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Content-Length', Buffer.byteLength(text));
    res.end(text);
  });
  return app;
}

/** The floor: bare Node and the encoder, no framework and no negotiation. */
function oneShot(...[, res]: Parameters<RequestListener>): void {
  const body = Buffer.from(takeBody());
  const params = { ...quality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  brotliCompress(body, { params }, (error, compressed) => {
    if (error) throw error;
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Content-Encoding', 'br');
    res.end(compressed);
  });
}
