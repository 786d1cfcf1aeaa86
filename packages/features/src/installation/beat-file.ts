import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** What is known outside the database about the installation. */
export interface KnownBeat {
  /** UUID. */
  readonly installationId: string;
  /** The highest that was ever seen. */
  readonly beat: number;
}

/** Keeps the beat where a restored database does not reach. */
export interface BeatFile {
  /** `undefined` when there is none, or it cannot be read. */
  read(): Promise<KnownBeat | undefined>;
  write(known: KnownBeat): Promise<void>;
}

const stored = z.object({ installation_id: z.uuid(), beat: z.number().int().min(0) });

/** A small JSON file, replaced whole. */
export function createBeatFile(path: string): BeatFile {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      const parsed = stored.safeParse(text === undefined ? undefined : parseJson(text));
      if (!parsed.success) return undefined;
      return { installationId: parsed.data.installation_id, beat: parsed.data.beat };
    },
    async write({ installationId, beat }) {
      await mkdir(dirname(path), { recursive: true });
      const part = `${path}.${randomUUID()}`;
      await writeFile(part, JSON.stringify({ installation_id: installationId, beat }) + '\n', {
        mode: 0o600,
      });
      await rename(part, path);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
