import type { ServerResponse } from 'node:http';
import { brotliCompress, constants } from 'node:zlib';
import type { Request, Response } from 'express';
import type { CompressionEffort } from './compression-effort.ts';

const quality: Readonly<Record<CompressionEffort, number>> = { usual: 4, eased: 1 };
const isJson = /^application\/([\w.-]+\+)?json\b/;
const isSealed = /(?:^|,)\s*no-transform\s*(?:,|$)/;

/** A reply that is there as a whole: what `end` was given, and nothing was written before. */
export interface WholeReply {
  readonly chunk: string | Uint8Array;
  readonly encoding: BufferEncoding | undefined;
  readonly effort: CompressionEffort;
  /** The `end` that writes to the connection. */
  readonly end: (this: ServerResponse, chunk: Buffer) => unknown;
}

/**
 * Sends a whole JSON reply in Brotli, compressed in one piece whose size the encoder knows: a quarter faster than
 * through a stream. The head is written at once, so that for everybody else the reply has begun. Answers whether it
 * took the reply over; what it leaves is somebody else's to send.
 */
export function compressJson(req: Request, res: Response, reply: WholeReply): boolean {
  if (!isJson.test(String(res.getHeader('Content-Type')))) return false;
  if (res.hasHeader('Content-Encoding') || isSealed.test(String(res.getHeader('Cache-Control'))))
    return false;
  if (req.acceptsEncodings('br') === false) return false;
  res.setHeader('Content-Encoding', 'br');
  res.removeHeader('Content-Length');
  res.writeHead(res.statusCode);
  const body = toBuffer(reply);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality[reply.effort],
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  brotliCompress(body, { params }, (error, compressed) => {
    // Half a reply must not look like a whole one.
    if (error) res.destroy(error);
    else if (!res.destroyed) reply.end.call(res, compressed);
  });
  return true;
}

function toBuffer({ chunk, encoding }: WholeReply): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding);
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
