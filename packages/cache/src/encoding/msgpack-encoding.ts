import { Packr } from 'msgpackr';
import type { Encoding } from './encoding.ts';

/** MessagePack without shared state: any MessagePack library reads it. Dates stay dates. */
export function createMsgpackEncoding(): Encoding {
  const packr = new Packr({ useRecords: false });
  return {
    name: 'msgpack',
    fingerprint: 'msgpack',
    encode: (value) => copied(packr.pack(value)),
    decode: (bytes): unknown => packr.unpack(bytes),
  };
}

/** Packr hands out a part of a larger buffer; keeping that part alive would keep all of it. */
export function copied(part: Buffer): Buffer {
  return Buffer.from(part);
}
