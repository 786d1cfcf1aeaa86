import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorReply } from './graph-script.ts';

/** Why the server refuses a request. */
export interface GraphComplaint {
  readonly code: number;
  readonly details: string;
}

/** Answers with JSON. */
export function answer(reply: ServerResponse, status: number, body: object, headers: object = {}): void {
  reply.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with the documented error object. */
export function refuse(reply: ServerResponse, { code, details }: GraphComplaint): void {
  const { status, body } = errorReply(code, details);
  answer(reply, status, body);
}

/** The whole body of a request. */
export async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
