import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { AppError } from '@zaphub/types';
import { toProblem } from './send-problem.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** For a whole request with its body; uploads count too. */
  readonly requestTimeoutMs: number;
  readonly headersTimeoutMs: number;
}

/** A server that accepts requests. */
export interface ListeningServer {
  readonly url: string;
  readonly port: number;
  /**
   * Stops accepting, lets requests finish, and after `remainingMs` cuts off what is left.
   */
  close(remainingMs: number): Promise<void>;
}

/** Opens the port. Rejects when it is in use. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<ListeningServer> {
  const server = createServer(
    {
      requestTimeout: options.requestTimeoutMs,
      headersTimeout: options.headersTimeoutMs,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1000,
    },
    handler,
  );
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  // After listen() on a TCP port the address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://${options.host}:${port}`, close: (remainingMs) => drain(server, remainingMs) };
}

function drain(server: Server, remainingMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), remainingMs);
    // A connection that answers its last request becomes idle, and would be kept for the next one.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    // Only an error of "not running" can come, and closed is what is wanted.
    server.close(() => {
      clearTimeout(deadline);
      clearInterval(sweep);
      resolve();
    });
  });
}

/** What is not even HTTP never reaches the app, but gets the same kind of answer. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = isTooLarge ? 431 : isLate ? 408 : 400;
  const body = { ...toProblem(new AppError('bad_request', 'not HTTP'), 'none', 'en'), status };
  const text = JSON.stringify(body);
  const phrase = isTooLarge ? 'Request Header Fields Too Large' : isLate ? 'Request Timeout' : 'Bad Request';
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}
