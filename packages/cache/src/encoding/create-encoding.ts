import type { z } from 'zod';
import type { Encoding, EncodingName } from './encoding.ts';
import { jsonEncoding } from './json-encoding.ts';
import { createMsgpackEncoding } from './msgpack-encoding.ts';
import { createRecordsEncoding } from './records-encoding.ts';

/** The encoding of this name for values of this schema. */
export function createEncoding(name: EncodingName, schema: z.ZodType): Encoding {
  switch (name) {
    case 'json':
      return jsonEncoding;
    case 'msgpack':
      return createMsgpackEncoding();
    case 'records':
      return createRecordsEncoding(schema);
    default:
      return name satisfies never;
  }
}
