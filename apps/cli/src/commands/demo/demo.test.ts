import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDemo } from './fixtures/run-demo.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zaphub-demo-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(dir, name), content);
  return name;
}

describe('what cannot be used', () => {
  test.each<[what: string, args: () => Promise<string[]>, sentence: RegExp]>([
    ['a missing file', async () => ['--contacts', 'none.csv'], /^There is no file /],
    ['a folder', async () => ['--contacts', '.'], /is a folder/],
    ['an empty file', async () => ['--contacts', await file('empty.csv', '')], /is empty/],
    ['no file at all', async () => ['--json'], /^--contacts is missing/],
    ['an unknown argument', async () => ['--contacts', 'x', '--fast'], /^--fast/],
    [
      'a broken text',
      async () => ['--contacts', await file('a.csv', 'phone\n+5511987654321\n'), '--template', 'Oi {{ name'],
      /^The template cannot be used\. Line 1: /,
    ],
  ])('%s is one plain sentence and exit code 2', async (_what, args, sentence) => {
    const ended = await runDemo(dir, [...(await args()), '--json']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(await readdir(dir)).not.toContain('demo');
  });
});

describe('a demo', () => {
  const demoFiles = async () => readdir(join(dir, 'demo'));

  test('sends to everybody in the file once, says what became of it, and cleans up', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => `Ana ${index},+55119${80_000_000 + index}`);
    const contacts = await file('good.csv', ['nome,telefone', ...rows, 'Bad,12', rows[0], ''].join('\n'));
    const ended = await runDemo(dir, ['--contacts', contacts, '--json']);
    expect(ended.stderr).not.toMatch(/worker/i);
    expect(ended.code).toBe(0);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    const result = JSON.parse(ended.stdout) as Record<string, unknown>;
    expect(result).toEqual({
      recipients: 200,
      sent: 200,
      delivered: 200,
      failed: 0,
      skipped: 0,
      unknown: 0,
      duplicates: 0,
      invalid: 1,
      seconds: expect.any(Number) as number,
      report: expect.stringContaining(join(dir, 'demo', 'report-')) as string,
    });
    const report = (await readFile(String(result['report']), 'utf8')).trimEnd().split('\r\n');
    expect(report).toHaveLength(201);
    expect(report[1]).toMatch(/^\+5511980000000,Ana 0,(delivered|read),,1,/);
    expect(await demoFiles()).toEqual([expect.stringMatching(/^report-/)]);
  }, 60_000);

  test('tells people which value is missing, and why rows were refused or repeated', async () => {
    const rows = ['nome,telefone,cupom', 'Ana,+5511980000001,A1', 'Bia,+5511980000002,', 'Bad,12,B2'];
    const contacts = await file('reasons.csv', [...rows, rows[1], ''].join('\n'));
    const ended = await runDemo(dir, ['--contacts', contacts, '--template', 'Oi! {{ cupom }}']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('{{ cupom }} (1)');
    expect(ended.stdout).toMatch(/Skipped +1\n/);
    expect(ended.stdout).toMatch(/Rows repeated +1\n/);
    expect(ended.stdout).toContain('1 × A value that the message needs is missing');
    expect(ended.stdout).toContain('1 × The phone is not a valid number.');
  }, 60_000);

  test('of a file that holds nobody to send to says so', async () => {
    const contacts = await file('nobody.csv', 'name,phone\nAna,12\nBia,34\n');
    const ended = await runDemo(dir, ['--contacts', contacts, '--json']);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ recipients: 0, sent: 0, invalid: 2, report: null });
    expect(ended.stderr).toMatch(/No row of the file has a phone number/);
  }, 60_000);

  test('of a picture says that it is not a CSV file', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const ended = await runDemo(dir, ['--contacts', await file('picture.csv', png), '--json']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/picture\.csv is not a CSV file; /);
    expect(ended.stderr).not.toMatch(/ at /);
  }, 60_000);

  test('that is stopped in the middle leaves nothing behind', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => `Ana ${index},+55119${80_000_000 + index}`);
    const contacts = await file('slow.csv', ['nome,telefone', ...rows].join('\n'));
    const before = await demoFiles();
    const ended = await runDemo(dir, ['--contacts', contacts, '--speed', '20'], {
      onLine: (line, kill) => {
        if (line.startsWith('Importing')) kill('SIGINT');
      },
    });
    expect(ended.code).toBe(130);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).not.toMatch(/ at /);
    expect(ended.stderr).toMatch(/Stopped before the end/);
    expect(await demoFiles()).toEqual(before);
  }, 60_000);
});
