import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenQuotesError } from './broken-quotes-error.ts';
import { createCsvParser } from './csv-parser.ts';
import type { CsvParserOptions, RecordProblem } from './csv-parser.ts';

interface Read {
  fields: string[];
  row: number;
  problem?: RecordProblem;
}

/** Parses `bytes` in pieces of `size`. */
function parse(
  bytes: string | Buffer,
  size = Infinity,
  options: Partial<CsvParserOptions> = {},
): { records: Read[]; offset: number } {
  const records: Read[] = [];
  const parser = createCsvParser({
    delimiter: ',',
    encoding: 'utf-8',
    onRecord: (fields, row, problem) => records.push({ fields, row, ...(problem && { problem }) }),
    ...options,
  });
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length; at += size) parser.write(buffer.subarray(at, at + size));
  parser.end();
  return { records, offset: parser.offset };
}

const fieldsOf = (text: string, options?: Partial<CsvParserOptions>): string[][] =>
  parse(text, Infinity, options).records.map((record) => record.fields);

describe('a record', () => {
  test.each<[name: string, text: string, fields: string[][]]>([
    [
      'ends in LF, CRLF or CR, also mixed',
      'a,b\nc,d\r\ne,f\rg,h',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
        ['g', 'h'],
      ],
    ],
    [
      'may hold quotes, delimiters and line ends inside quotes',
      '"a ""b""","c,d","e\r\nf"\n',
      [['a "b"', 'c,d', 'e\r\nf']],
    ],
    [
      'may have empty fields',
      ',,\n"",\n',
      [
        ['', '', ''],
        ['', ''],
      ],
    ],
    ['keeps spaces', ' a , b \n', [[' a ', ' b ']]],
    ['reads letters beyond ASCII', 'São Tomé,日本,👍\n', [['São Tomé', '日本', '👍']]],
    ['needs no line end at the end of the file', 'a,"b"', [['a', 'b']]],
    [
      'keeps names that mean something to JavaScript',
      '__proto__,constructor\n',
      [['__proto__', 'constructor']],
    ],
  ])('%s', (_name, text, fields) => {
    expect(fieldsOf(text)).toEqual(fields);
  });

  test('of a blank line is skipped and counted', () => {
    const { records } = parse('a\n\n\r\n"x"\n');
    expect(records.map((record) => record.row)).toEqual([1, 4]);
  });

  test('is read the same in whatever pieces the file comes', () => {
    const field = fc.string({
      unit: fc.constantFrom('a', 'é', '日', '👍', '"', ',', '\n', '\r', ' '),
      maxLength: 6,
    });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(
        rows,
        fc.array(lineEnd, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (table, ends, size) => {
          const text = table
            .map((row, at) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',') + ends[at])
            .join('');
          const { records, offset } = parse(text, size, { maxFieldBytes: 1000 });
          expect(records.map((record) => record.fields)).toEqual(table);
          expect(offset).toBe(Buffer.byteLength(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('can be read on from the offset behind the one before', () => {
    const text = 'é,"1\n2"\r\nb,2\nc,"3"';
    const bytes = Buffer.from(text);
    const offsets: number[] = [];
    const parser = createCsvParser({
      delimiter: ',',
      encoding: 'utf-8',
      onRecord: () => offsets.push(parser.offset),
    });
    for (const byte of bytes) parser.write(Buffer.of(byte));
    parser.end();
    const rest = offsets.map((offset, at) => parse(bytes.subarray(offset), 1, { offset, firstRow: at + 2 }));
    expect(rest.map((read) => read.records.map((record) => [record.row, ...record.fields]))).toEqual([
      [
        [2, 'b', '2'],
        [3, 'c', '3'],
      ],
      [[3, 'c', '3']],
      [],
    ]);
    expect(rest.map((read) => read.offset)).toEqual([bytes.length, bytes.length, bytes.length]);
  });

  test('is judged the same in whatever pieces the file comes, also when bytes are damaged', () => {
    const piece = fc.constantFrom(
      ...['a', ',', '\n', '\r', '"x"', '"', 'é', '日', '👍', '\uFFFD'].map((text) => Buffer.from(text)),
      ...[[0xe9], [0xc3], [0xa9], [0xf0, 0x9f], [0xc0, 0xaf], [0xed, 0xa0, 0x80]].map((bytes) =>
        Buffer.from(bytes),
      ),
    );
    const judge = (bytes: Buffer, size: number, encoding: 'utf-8' | 'windows-1252'): unknown => {
      const records: Read[] = [];
      const onRecord: CsvParserOptions['onRecord'] = (fields, row, problem) =>
        records.push({ fields, row, ...(problem && { problem }) });
      try {
        parse(bytes, size, { encoding, onRecord });
      } catch (error) {
        return { records, error };
      }
      return { records };
    };
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 24 }).map((pieces) => Buffer.concat(pieces)),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('utf-8' as const, 'windows-1252' as const),
        (bytes, size, encoding) => {
          expect(judge(bytes, size, encoding)).toEqual(judge(bytes, Infinity, encoding));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is what its own bytes say, alone or among others', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '日', '👍', ' ', '€'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { minLength: 1 }), (table) => {
        const damaged = Buffer.from('b\xE9,c\n', 'latin1');
        const lines = table.map((fields) => Buffer.from(fields.join(',') + '\n'));
        const { records } = parse(Buffer.concat([...lines, damaged]));
        expect(records.slice(0, -1).map((record) => record.fields)).toEqual(table);
        expect(records.at(-1)?.problem).toEqual({ code: 'invalid_characters', column: 0 });
        expect(fieldsOf(Buffer.concat(lines).toString())).toEqual(table);
      }),
    );
  });

  test('in Windows-1252 has its signs and letters', () => {
    const bytes = Buffer.from([0x80, 0x2c, 0xe9, 0x2c, 0x93, 0x78, 0x94, 0x0a]);
    expect(parse(bytes, 1, { encoding: 'windows-1252' }).records).toEqual([
      { row: 1, fields: ['€', 'é', '“x”'] },
    ]);
  });
});

describe('a record that cannot be taken', () => {
  test.each<[name: string, bytes: Buffer, problem: RecordProblem]>([
    [
      'has bytes that are not UTF-8',
      Buffer.from('a,\xE9b\n', 'latin1'),
      { code: 'invalid_characters', column: 1 },
    ],
    [
      'has an overlong sequence',
      Buffer.from('\xC0\xAF\n', 'latin1'),
      { code: 'invalid_characters', column: 0 },
    ],
    ['was damaged before it came', Buffer.from('a,\uFFFD\n'), { code: 'invalid_characters', column: 1 }],
    ['has a quote inside a plain field', Buffer.from('a,5" pipe,c\n'), { code: 'broken_quotes', column: 1 }],
    ['has a quote after a space', Buffer.from('a, "b",c\n'), { code: 'broken_quotes', column: 1 }],
    [
      'has a field over the limit',
      Buffer.from(`a,${'x'.repeat(70_000)}\n`),
      { code: 'field_too_large', column: 1 },
    ],
  ])('%s, and the next is fine', (_name, bytes, problem) => {
    for (const size of [997, Infinity]) {
      const { records } = parse(Buffer.concat([bytes, Buffer.from('next,row\n')]), size);
      expect(records.map((record) => record.problem)).toEqual([problem, undefined]);
      expect(records[1]).toEqual({ row: 2, fields: ['next', 'row'] });
    }
  });

  test('is followed, not held, when a field has 10 MB', () => {
    const records: Read[] = [];
    const parser = createCsvParser({
      delimiter: ',',
      encoding: 'utf-8',
      onRecord: (fields, row, problem) => records.push({ fields, row, ...(problem && { problem }) }),
    });
    const chunk = Buffer.from('x,""\n'.repeat(13_000));
    parser.write(Buffer.from('a,"'));
    const before = process.memoryUsage().arrayBuffers;
    for (let written = 0; written < 10_000_000; written += chunk.length) parser.write(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    parser.write(Buffer.from('"\r'));
    parser.write(Buffer.from('\nb,c\n'));
    parser.end();
    expect(records).toEqual([
      { row: 1, fields: [], problem: { code: 'field_too_large', column: 1 } },
      { row: 2, fields: ['b', 'c'] },
    ]);
  });
});

describe('quotes that do not pair up', () => {
  test.each([
    ['never closed', 'a,b\nc,"d\ne,f\n'],
    ['never closed, over the limit of a field', `a,b\nc,"d${'\nline'.repeat(400_000)}`],
    ['closed in the middle of a field', 'a,b\nc,"d"e\n'],
    ['closed by the next quoted row', 'a,b\nc,"d\n"e",f\n'],
  ])('%s: stop at the row where they begin', (_name, text) => {
    for (const size of [7919, Infinity]) {
      const rows: number[] = [];
      const parser = createCsvParser({
        delimiter: ',',
        encoding: 'utf-8',
        onRecord: (_fields, row) => rows.push(row),
      });
      const bytes = Buffer.from(text);
      const run = (): void => {
        for (let at = 0; at < bytes.length; at += size) parser.write(bytes.subarray(at, at + size));
        parser.end();
      };
      expect(run).toThrow(new BrokenQuotesError(2));
      expect(rows).toEqual([1]);
    }
  });
});
