import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readZip } from './read-zip.ts';
import { type ZipEntry, zipStream } from './zip-stream.ts';

async function* entries(
  files: Readonly<Record<string, () => AsyncIterable<string>>>,
): AsyncGenerator<ZipEntry> {
  for (const [name, content] of Object.entries(files)) yield { name, content: content() };
}

async function pack(files: Parameters<typeof entries>[0]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of zipStream(entries(files))) pieces.push(piece);
  return Buffer.concat(pieces);
}

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
    const files = readZip(archive);
    expect(Object.keys(files)).toEqual(['a.ndjson', 'empty.ndjson', 'one.csv']);
    expect(files['a.ndjson']).toBe(await text(lines(20_000)));
    expect(files['empty.ndjson']).toBe('');
    expect(files['one.csv']).toContain('João 🎈 0');
    expect(archive.length).toBeLessThan(300_000);
  });

  it('is read by programs that are not ours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zaphub-zip-'));
    const path = join(folder, 'a.zip');
    await writeFile(path, await pack({ 'a.ndjson': () => lines(5_000), 'b.csv': () => lines(2) }));
    const script = `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist())`;
    const output = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
    expect(output.trim()).toBe("None ['a.ndjson', 'b.csv']");
    await rm(folder, { recursive: true });
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
    for (let piece = 0; piece < 5; piece++) await stream.next();
    await stream.return(undefined);
    expect(taken).toBeLessThan(1_000);
  });
});
