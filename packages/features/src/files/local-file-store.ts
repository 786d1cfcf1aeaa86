import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@zaphub/types';
import type { FileStore } from '../routing/index.ts';

/** Read at once: large files wait for the disk less often. */
const readBytes = 262_144;

const keyPattern = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

/** Keeps files under one folder of this machine; api and worker share it. A file appears when it is whole. */
export function createLocalFileStore(directory: string): FileStore {
  const pathOf = (key: string): string => {
    if (!keyPattern.test(key)) throw new AppError('internal', 'a file key is not one of ours');
    return join(directory, key);
  };
  return {
    async put(key, source, options) {
      const path = pathOf(key);
      const unfinished = `${path}.${randomUUID()}.part`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const counter = limitBytes(options.maxBytes);
        await pipeline(
          // A request must survive the refusal of its body: who sent it is still to be answered.
          source.iterator({ destroyOnReturn: false }),
          counter.stream,
          createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }),
          options.signal === undefined ? {} : { signal: options.signal },
        );
        await rename(unfinished, path);
        return { sizeBytes: counter.sizeBytes() };
      } catch (error) {
        await rm(unfinished, { force: true });
        throw isDiskFull(error) ? new AppError('disk_full', 'no room for the file', { cause: error }) : error;
      }
    },
    async open(key, options = {}) {
      try {
        const file = await open(pathOf(key), 'r');
        return file.createReadStream({ start: options.offset ?? 0, highWaterMark: readBytes });
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
        throw new AppError('not_found', 'no such file', { cause: error });
      }
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    removeAll: (folder) => rm(pathOf(folder), { force: true, recursive: true }),
  };
}

function limitBytes(maxBytes: number): { stream: Transform; sizeBytes: () => number } {
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) done(undefined, chunk);
      else
        done(
          new AppError('body_too_large', `more than ${maxBytes} bytes`, { details: { max_bytes: maxBytes } }),
        );
    },
  });
  return { stream, sizeBytes: () => sizeBytes };
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
