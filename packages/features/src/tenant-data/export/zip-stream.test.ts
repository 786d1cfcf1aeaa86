import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { unzip } from './unzip.ts';
import { type ZipEntry, zipStream } from './zip-stream.ts';

async function* entries(
  files: Readonly<Record<string, () => AsyncIterable<string>>>,
): AsyncGenerator<ZipEntry> {
  for (const [name, content] of Object.entries(files)) yield { name, content: content() };
}

const pack = (files: Parameters<typeof entries>[0]): Promise<Buffer> => buffer(zipStream(entries(files)));

async function* lines(count: number): AsyncGenerator<string> {
  for (let n = 0; n < count; n++) yield `{"n":${n},"name":"João 🎈 ${n}"}\n`;
}

describe('a zip archive', () => {
  it('holds every file whole, empty ones too', async () => {
    const archive = await pack({
      'a.ndjson': () => lines(20_000),
      'empty.ndjson': () => lines(0),
      'one.csv': () => lines(1),
    });
    const files = await unzip(archive);
    expect(Object.keys(files)).toEqual(['a.ndjson', 'empty.ndjson', 'one.csv']);
    expect(files['a.ndjson']).toBe(await text(lines(20_000)));
    expect(files['empty.ndjson']).toBe('');
    expect(files['one.csv']).toContain('João 🎈 0');
    expect(archive.length).toBeLessThan(300_000);
  });

  it('fails with what a content failed with, and reads no further', async () => {
    let hasBegunNext = false;
    const broken = async function* (): AsyncGenerator<string> {
      yield 'first\n';
      throw new Error('the database has gone');
    };
    const next = async function* (): AsyncGenerator<string> {
      hasBegunNext = true;
      yield '';
    };
    await expect(pack({ 'a.ndjson': broken, 'b.ndjson': next })).rejects.toThrow('the database has gone');
    expect(hasBegunNext).toBe(false);
  });

  it('takes from its sources only what is asked for', async () => {
    let taken = 0;
    const noise = async function* (): AsyncGenerator<string> {
      for (; taken < 100_000; taken++) yield crypto.randomUUID().repeat(1_000);
    };
    const stream = zipStream(entries({ 'a.txt': noise }));
    let pieces = 0;
    for await (const _piece of stream) if (++pieces === 5) break;
    expect(taken).toBeLessThan(1_000);
    const takenAtTheEnd = taken;
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBe(takenAtTheEnd);
  });
});
