import type { Request, RequestHandler, Response } from 'express';
import shrinkRay from 'shrink-ray-current';

/**
 * Compresses replies above 1 kB: Brotli 4, else gzip 6. Nothing is remembered: a cache keyed by ETag would hand
 * one tenant's reply to another. Event streams, ranges and HEAD are left alone, and so is who sends
 * `x-no-compression`.
 */
export function compressReplies(): RequestHandler {
  return shrinkRay({
    filter: shouldCompress,
    cache: () => false,
    cacheSize: false,
    threshold: 1024,
    useZopfliForGzip: false,
    brotli: { quality: 4 },
    zlib: { level: 6 },
  });
}

function shouldCompress(req: Request, res: Response): boolean {
  if (req.headers['x-no-compression'] !== undefined) return false;
  if (req.method === 'HEAD' || res.statusCode === 206) return false;
  const type = String(res.getHeader('Content-Type') ?? '');
  return !type.startsWith('text/event-stream') && shrinkRay.filter(req, res);
}
