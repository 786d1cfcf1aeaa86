import type { DetectedFile } from '@zaphub/types';
import { createByteCensus } from './byte-census.ts';
import type { StoredEncoding } from './csv-parser.ts';
import { recogniseText } from './recognise-text.ts';

const headBytes = 1_048_576;

/** An upload on its way into the store. */
export interface StoredText {
  /** What is to be stored: the file as it is, or rewritten as UTF-8 when it came as UTF-16. */
  bytes: AsyncGenerator<Uint8Array, void>;
  /**
   * What is known once `bytes` has been read to its end.
   *
   * @throws AppError `file_encoding_unknown`
   */
  facts(): TextFacts;
}

export interface TextFacts {
  /** The encoding of the upload. */
  encoding: DetectedFile['encoding'];
  /** The encoding of what was stored. */
  stored: StoredEncoding;
  /** The first megabyte of what was stored. */
  head: Buffer;
  isWhole: boolean;
}

/**
 * Reads the beginning of an upload, refuses what is no text, and prepares the rest for storing. Of the file only
 * the first megabyte is held.
 *
 * @throws AppError `file_empty`, `file_not_text`; whatever the source fails with
 */
export async function readStoredText(source: AsyncIterable<Uint8Array>): Promise<StoredText> {
  const chunks = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let firstBytes = 0;
  while (firstBytes < headBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    first.push(next.value);
    firstBytes += next.value.length;
  }
  const { form } = recogniseText(Buffer.concat(first));
  const census = createByteCensus();
  const head: Uint8Array[] = [];
  let headLength = 0;
  let storedBytes = 0;

  async function* all(): AsyncGenerator<Uint8Array, void> {
    yield* first;
    first.length = 0;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }

  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    const isWide = form === 'utf-16le' || form === 'utf-16be';
    for await (const chunk of isWide ? fromUtf16(all(), form) : all()) {
      census.add(chunk);
      if (headLength < headBytes) head.push(chunk);
      headLength = Math.min(headBytes, headLength + chunk.length);
      storedBytes += chunk.length;
      yield chunk;
    }
  }

  return {
    bytes: bytes(),
    facts() {
      const stored = form === 'bytes' ? census.encoding() : 'utf-8';
      return {
        encoding: form === 'bytes' ? stored : form,
        stored,
        head: Buffer.concat(head).subarray(0, headBytes),
        isWhole: storedBytes <= headBytes,
      };
    },
  };
}

/** Half characters become U+FFFD, which refuses their row later. */
async function* fromUtf16(
  source: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}
