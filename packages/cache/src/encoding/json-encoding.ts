import type { Encoding } from './encoding.ts';

/** `JSON.stringify` and `JSON.parse`: dates become texts, and what is `undefined` is gone. */
export const jsonEncoding: Encoding = {
  name: 'json',
  fingerprint: 'json',
  encode: (value) => Buffer.from(JSON.stringify(value)),
  decode: (bytes): unknown => JSON.parse(bytes.toString()),
};
