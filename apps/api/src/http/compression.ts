import process from 'node:process';
import type { Request, RequestHandler, Response } from 'express';
import shrinkRay from 'shrink-ray-current';
import { compressJson } from './compress-json.ts';
import { type CompressionEffort, createEffortGauge, type EffortGauge } from './compression-effort.ts';

const minBytes = 1024;

/**
 * Compresses replies from 1 kB: Brotli 4, else gzip 6; Brotli 1 and gzip 1 while the processor is short. Nothing is
 * remembered: a cache keyed by ETag would hand one tenant's reply to another. Event streams, ranges and HEAD are left
 * alone, and so is who sends `x-no-compression`.
 */
export function compressReplies(gauge: EffortGauge = createEffortGauge()): RequestHandler {
  const compressors: Readonly<Record<CompressionEffort, RequestHandler>> = {
    usual: shrink({ brotli: 4, gzip: 6 }),
    eased: shrink({ brotli: 1, gzip: 1 }),
  };
  return (req, res, next) => {
    if (req.headers['x-no-compression'] !== undefined) {
      next();
      return;
    }
    const effort = gauge.current();
    const { end } = res;
    void compressors[effort](req, res, () => {
      mend(req, res, { effort, end });
      next();
    });
  };
}

function shrink(level: { brotli: number; gzip: number }): RequestHandler {
  return shrinkRay({
    filter: shouldCompress,
    cache: () => false,
    cacheSize: false,
    threshold: minBytes,
    useZopfliForGzip: false,
    brotli: { quality: level.brotli },
    zlib: { level: level.gzip },
  });
}

function shouldCompress(req: Request, res: Response): boolean {
  if (req.method === 'HEAD' || res.statusCode === 206 || res.hasHeader('Content-Range')) return false;
  const type = String(res.getHeader('Content-Type') ?? '');
  return !type.startsWith('text/event-stream') && shrinkRay.filter(req, res);
}

/**
 * Mends what shrink-ray put in the place of `write` and `end` for one reply: it takes a callback for a chunk, which
 * resets the connection, or forgets it. Whole JSON replies take the faster way.
 */
function mend(
  req: Request,
  res: Response,
  { effort, end }: { effort: CompressionEffort; end: Response['end'] },
): void {
  const shrinkWrite = res.write;
  const shrinkEnd = res.end;
  let isTaken = false;
  let callWhenRoom: ReturnType<typeof createRoomWaiters> | undefined;

  const write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (isTaken) return false;
    const { encoding, done } = readRest(rest);
    const hasRoom: unknown = Reflect.apply(shrinkWrite, res, [chunk, encoding]);
    if (done) (callWhenRoom ??= createRoomWaiters(res))(hasRoom !== false, done);
    return hasRoom !== false;
  };

  const endReply = (...given: unknown[]): Response => {
    const [chunk, ...rest] = typeof given[0] === 'function' ? [undefined, ...given] : given;
    const { encoding, done } = readRest(rest);
    if (done) callWhenFinished(res, done);
    if (isTaken) return res;
    if (!res.headersSent && isLong(chunk, encoding) && shouldCompress(req, res)) {
      isTaken = compressJson(req, res, { chunk, encoding, effort, end });
      if (isTaken) return res;
    }
    Reflect.apply(shrinkEnd, res, [chunk, encoding]);
    return res;
  };

  // Both accept every form that Node's overloads list.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the line above says
  Object.assign(res, { write, end: endReply } as Pick<Response, 'write' | 'end'>);
}

type Done = (error?: Error | null) => void;

function readRest(rest: readonly unknown[]): {
  encoding: BufferEncoding | undefined;
  done: Done | undefined;
} {
  const [encoding] = rest;
  const done = rest.find((each) => typeof each === 'function');
  return {
    // Node's own signatures say what may stand in these places.
    encoding: typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined,
    done: done as Done | undefined,
  };
}

function isLong(chunk: unknown, encoding: BufferEncoding | undefined): chunk is string | Uint8Array {
  if (typeof chunk === 'string') {
    return chunk.length >= minBytes || Buffer.byteLength(chunk, encoding) >= minBytes;
  }
  return chunk instanceof Uint8Array && chunk.byteLength >= minBytes;
}

/** Calls those who wait for their chunk once there is room again, so that nobody can fill the memory. */
function createRoomWaiters(res: Response): (hasRoom: boolean, done: Done) => void {
  let waiting: Done[] | undefined;
  const settle = (): void => {
    const all = waiting ?? [];
    waiting = [];
    for (const done of all) done(res.destroyed ? new Error('the reply was cut off') : null);
  };
  return (hasRoom, done) => {
    if (hasRoom || res.destroyed) {
      process.nextTick(done, res.destroyed ? new Error('the reply was cut off') : null);
      return;
    }
    if (waiting === undefined) {
      // Once for all of them: shrink-ray keeps every listener that it is given for `drain`.
      waiting = [];
      res.on('drain', settle);
      res.on('close', settle);
    }
    waiting.push(done);
  };
}

function callWhenFinished(res: Response, done: Done): void {
  if (res.writableFinished) process.nextTick(done, null);
  else res.once('finish', done);
}
