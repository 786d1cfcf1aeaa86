import { type IdKind, idPrefixes } from '@zaphub/types';
import { z } from 'zod';

/** What these tests look at in the JSON Schema of a query or body. */
export interface JsonSchema {
  type?: string | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  examples?: unknown[] | undefined;
  default?: unknown;
  format?: string | undefined;
  minimum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  minLength?: number | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  items?: JsonSchema | undefined;
  anyOf?: JsonSchema[] | undefined;
  oneOf?: JsonSchema[] | undefined;
  /** Set by `publicId`. */
  idKind?: IdKind | undefined;
  /** Set on text that carries ids of several kinds, as `topics` does. */
  idKinds?: IdKind[] | undefined;
  /** Set on ids that somebody else has given: no row of ours has them. */
  isForeignId?: boolean | undefined;
}

const kind = z.enum(
  // Object.keys forgets which keys it was given.
  Object.keys(idPrefixes) as [IdKind, ...IdKind[]],
);
const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    examples: z.array(z.unknown()).optional(),
    default: z.unknown().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    minLength: z.number().optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
    idKind: kind.optional(),
    idKinds: z.array(kind).optional(),
    isForeignId: z.boolean().optional(),
  }),
);

/** The JSON Schema of what a caller sends, with the kinds of ids that it names. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return jsonSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }));
}
