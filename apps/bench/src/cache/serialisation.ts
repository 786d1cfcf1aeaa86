import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import { createEncoding, type Encoding, type EncodingName } from '@zaphub/cache';
import type { BenchRow } from '../bench-row.ts';
import { medianRounds, rate } from '../rounds.ts';
import type { Payload } from './payloads.ts';
import { comparedRow, type Goal } from './rows.ts';

type Way = EncodingName | `${EncodingName}+zstd`;

interface Coder {
  readonly encode: () => Buffer;
  readonly decode: () => unknown;
}

const ways: readonly Way[] = ['json', 'msgpack', 'records', 'json+zstd', 'msgpack+zstd', 'records+zstd'];
/** Bytes worked on in one measurement, about: enough for code to be tuned before it is measured. */
const bytesARound = 24_000_000;
const maxCount = 30_000;
/** Measured before on such a list; the others are measured to choose, not to pass. */
const goals: Readonly<Record<string, { readonly bytes: Goal; readonly decode: Goal }>> = {
  'delivery list': { bytes: { peer: 'json', most: 0.55 }, decode: { peer: 'json', least: 2.5 } },
};

/** Bytes, encoding, decoding and checking of one payload in each way; `records` against the rest. */
export async function* measurePayload(payload: Payload, rounds: number): AsyncGenerator<BenchRow> {
  const coders = new Map(ways.map((way) => [way, createCoder(payload, way)]));
  const sizes = eachWay((way) => coders.get(way)?.encode().length ?? 0);
  const count = Math.min(maxCount, Math.round(bytesARound / sizes.json));
  const measure = (run: (coder: Coder) => unknown) =>
    medianRounds(
      eachWay((way) => () => repeat(count, () => run(coderOf(coders, way)))),
      rounds,
    );
  const goal = goals[payload.name];
  const decoding = await measure((coder) => coder.decode());
  const encoding = await measure((coder) => coder.encode());
  const checking = await medianRounds(
    { check: () => repeat(count, () => payload.schema.parse(payload.value)) },
    rounds,
  );
  yield waysRow(`${payload.name}: bytes`, 'bytes', sizes, goal?.bytes);
  yield waysRow(`${payload.name}: decode`, '/s', decoding, goal?.decode);
  yield waysRow(`${payload.name}: encode`, '/s', encoding);
  yield comparedRow(`${payload.name}: schema check`, '/s', checking.check, { 'json decode': decoding.json });
}

function waysRow(row: string, unit: string, values: Record<Way, number>, goal?: Goal): BenchRow {
  const { records, ...peers } = values;
  return comparedRow(row, unit, records, peers, goal);
}

function eachWay<T>(of: (way: Way) => T): Record<Way, T> {
  // One entry for each of the names.
  return Object.fromEntries(ways.map((way) => [way, of(way)])) as Record<Way, T>;
}

function coderOf(coders: ReadonlyMap<Way, Coder>, way: Way): Coder {
  const coder = coders.get(way);
  if (coder === undefined) throw new Error(`no coder for ${way}`);
  return coder;
}

function createCoder({ schema, value }: Payload, way: Way): Coder {
  const [name, compression] = way.split('+');
  // The part before the plus.
  const encoding: Encoding = createEncoding(name as EncodingName, schema);
  if (compression === undefined) {
    const bytes = encoding.encode(value);
    return { encode: () => encoding.encode(value), decode: () => encoding.decode(bytes) };
  }
  const params = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
  const bytes = zstdCompressSync(encoding.encode(value), params);
  return {
    encode: () => zstdCompressSync(encoding.encode(value), params),
    decode: () => encoding.decode(zstdDecompressSync(bytes)),
  };
}

function repeat(count: number, run: () => unknown): Promise<number> {
  return rate(count, () => {
    for (let i = 0; i < count; i++) run();
    return Promise.resolve();
  });
}
