import { describe, expect, test } from 'vitest';
import { createPhoneReader } from '../../phones/index.ts';
import { detectFile } from './detect-file.ts';
import type { FileShape } from './detect-file.ts';
import { readStoredText } from './stored-text.ts';

const readPhone = createPhoneReader('BR');

/** What the importer makes of these bytes, in pieces of 1,000, as an upload does. */
async function detect(bytes: string | Buffer): Promise<FileShape & { encoding: string }> {
  const buffer = Buffer.from(bytes);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < buffer.length; at += 1000) yield buffer.subarray(at, at + 1000);
  }
  const text = await readStoredText(source());
  for await (const _chunk of text.bytes);
  const { stored, encoding, head, isWhole } = text.facts();
  return {
    ...detectFile(head, { encoding: stored, isWhole, isPhone: (cell) => readPhone(cell).ok }),
    encoding,
  };
}

const utf16 = (text: string, order: 'le' | 'be', mark: boolean): Buffer => {
  const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

const table = 'nome,telefone\nJoão,+5511987654321\nÉrica,11 91234-5678\n';
const columns = ['nome', 'telefone'];
const firstCell = (shape: FileShape): string | undefined => shape.records[0]?.fields[0];

describe('the encoding', () => {
  test.each<[name: string, bytes: Buffer, encoding: string]>([
    ['UTF-8', Buffer.from(table), 'utf-8'],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFF' + table), 'utf-8'],
    ['UTF-16 LE', utf16(table, 'le', false), 'utf-16le'],
    ['UTF-16 LE with a mark', utf16(table, 'le', true), 'utf-16le'],
    ['UTF-16 BE', utf16(table, 'be', false), 'utf-16be'],
    ['UTF-16 BE with a mark', utf16(table, 'be', true), 'utf-16be'],
    ['Windows-1252', Buffer.from(table, 'latin1'), 'windows-1252'],
  ])('%s is recognised, and its letters survive', async (_name, bytes, encoding) => {
    const shape = await detect(bytes);
    expect(shape).toMatchObject({ encoding, columns, delimiter: ',' });
    expect(firstCell(shape)).toBe('João');
  });

  test('is judged over the whole file, not its beginning', async () => {
    const plain = 'nome,telefone\n' + 'Ana,11987654321\n'.repeat(100_000);
    expect((await detect(Buffer.from(plain + 'João,1\n', 'latin1'))).encoding).toBe('windows-1252');
    expect((await detect(Buffer.from(plain + 'João,1\n'))).encoding).toBe('utf-8');
  });

  test('of a file that is UTF-8 but for a few bytes stays UTF-8', async () => {
    const names = 'João,11987654321\n'.repeat(100);
    const bytes = Buffer.concat([
      Buffer.from('nome,telefone\n' + names),
      Buffer.from('Jos\xE9,1\n', 'latin1'),
    ]);
    expect((await detect(bytes)).encoding).toBe('utf-8');
  });

  test.each([
    ['code page 850', Buffer.from('nome\nJo\x84o Andr\x82 S\x87o\n', 'latin1')],
    ['Cyrillic', Buffer.from('name\n\xCF\xF0\xE8\xE2\xE5\xF2 \xEC\xE8\xF0\n', 'latin1')],
    ['Japanese', Buffer.from('name\n\x93\xFA\x96\x7B\x8C\xEA\x83\x65\n', 'latin1')],
  ])('that is neither (%s) is refused, not guessed', async (_name, bytes) => {
    await expect(detect(bytes)).rejects.toMatchObject({ code: 'file_encoding_unknown' });
  });
});

describe('the delimiter', () => {
  test.each([
    [',', 'nome,telefone,obs\nAna,11987654321,"a;b;c"\n'],
    [';', 'nome;telefone;obs\nAna;11987654321;"a,b,c"\nBia;11987654322;1,5\n'],
    ['\t', 'nome\ttelefone\tobs\nAna\t11987654321\ta, b; c\n'],
    ['|', 'nome|telefone|obs\nAna|11987654321|a,b\n'],
    [';', 'sep=;\r\nnome;telefone;obs\nAna;11987654321;x\n'],
    [',', 'telefone\n11987654321\n'],
  ])('%j is found', async (delimiter, text) => {
    const shape = await detect(text);
    expect(shape.delimiter).toBe(delimiter);
    expect(shape.records[0]?.fields).toHaveLength(shape.columns.length);
  });

  test('said by a first line is no row of the table', async () => {
    const shape = await detect('sep=;\nnome;telefone\nAna;11987654321\n');
    expect(shape).toMatchObject({ columns, dataRow: 2, dataOffset: 'sep=;\nnome;telefone\n'.length });
  });
});

describe('the header', () => {
  test('may have empty, repeated and dangerous names', async () => {
    const shape = await detect('__proto__,,telefone,telefone,toString\na,b,11987654321,c,d\n');
    expect(shape.columns).toEqual(['__proto__', 'Column 2', 'telefone', 'telefone (2)', 'toString']);
  });

  test('may come after blank lines, which count', async () => {
    expect(await detect('\n\nnome,telefone\nAna,11987654321\n')).toMatchObject({ columns, dataRow: 4 });
  });
});

describe('a file that cannot be imported', () => {
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'), Buffer.alloc(5000, 7)]);
  test.each<[name: string, bytes: string | Buffer, code: string]>([
    ['empty', '', 'file_empty'],
    ['only a byte order mark', '\uFEFF', 'file_empty'],
    ['only blank lines', '\n\r\n\n', 'file_empty'],
    ['only separators', ';;;\n;;;\n', 'file_empty'],
    ['only a header', 'nome,telefone\n', 'file_empty'],
    ['no header', 'Ana,11987654321\nBia,11987654322\n', 'file_no_header'],
    [
      '1,000 columns',
      Array.from({ length: 1000 }, (_, n) => `c${n}`).join(',') + '\n1\n',
      'file_too_many_columns',
    ],
    ['a header of 100 kB', 'x'.repeat(100_000) + ',telefone\na,b\n', 'file_field_too_large'],
    ['a quote that never closes', 'nome,telefone\n"Ana,11987654321\nBia,11987654322\n', 'file_broken_quotes'],
    ['a PNG', png, 'file_not_text'],
    ['a ZIP or XLSX', Buffer.from('PK\x03\x04\x14\x00\x06\x00', 'latin1'), 'file_not_text'],
    ['a PDF', '%PDF-1.7\n', 'file_not_text'],
    ['a web page', '<!doctype html><html><body><table>', 'file_not_text'],
    [
      'random bytes',
      Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 167 + 13) % 256)),
      'file_not_text',
    ],
  ])('%s', async (_name, bytes, code) => {
    await expect(detect(bytes)).rejects.toMatchObject({ code });
  });
});
