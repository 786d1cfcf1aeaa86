import { Packr } from 'msgpackr';
import { z } from 'zod';
import type { Encoding } from './encoding.ts';
import { copied } from './msgpack-encoding.ts';

/** Ids for shared records that MessagePack leaves room for. */
const maxStructures = 32;

/**
 * MessagePack where an object of a shape that the schema knows is its values only. Both ends derive the shapes from
 * the schema, so nothing has to be agreed over the wire; an object of any other shape carries its names.
 */
export function createRecordsEncoding(schema: z.ZodType): Encoding {
  const structures = recordShapes(schema);
  const packr = new Packr({
    // Packr learns new shapes into this list; a limit of what is there already keeps both ends equal.
    structures: structures.map((names) => [...names]),
    maxSharedStructures: structures.length,
  });
  return {
    name: 'records',
    fingerprint: `records:${JSON.stringify(structures)}`,
    encode: (value) => copied(packr.pack(value)),
    decode: (bytes): unknown => packr.unpack(bytes),
  };
}

/** Property names of each kind of object in a schema, in its order; the first 32 kinds. */
export function recordShapes(schema: z.ZodType): readonly (readonly string[])[] {
  const shapes = new Map<string, readonly string[]>();
  collect(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }), shapes);
  return [...shapes.values()].slice(0, maxStructures);
}

function collect(node: unknown, shapes: Map<string, readonly string[]>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, shapes);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { properties } = node as { properties?: unknown }; // A JSON schema, or a part of one.
  if (typeof properties === 'object' && properties !== null) {
    const names = Object.keys(properties);
    if (names.length > 0) shapes.set(names.join('\0'), names);
  }
  for (const child of Object.values(node)) collect(child, shapes);
}
