import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process, { argv } from 'node:process';
import express from 'express';
import { compressReplies } from '../http/compression.ts';

/**
 * What `npm run bench -- compression` calls ours: replies of a file, one line after another, compressed as the api
 * does it. Told `usual` it keeps its effort, told `adaptive` it follows the load. Sends its port to its parent.
 */
const [, , bodiesPath = '', effort = ''] = argv;
const bodies = (await readFile(bodiesPath, 'utf8')).split('\n');
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(effort === 'usual' ? compressReplies({ current: () => 'usual' }) : compressReplies());
let next = 0;
app.get('/', (_req, res) => {
  const text = bodies[next++ % bodies.length] ?? '';
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
});
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
