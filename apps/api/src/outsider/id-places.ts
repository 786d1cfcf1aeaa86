import type { IdKind } from '@zaphub/types';
import type { JsonSchema } from './json-schema.ts';

/** Where an id stands in a value. */
export interface IdPlace {
  readonly path: readonly (string | number)[];
  readonly kind: IdKind;
  /** The text around the id: `campaign:` and so on for topics, else nothing. */
  readonly prefix: string;
}

/** Every place of a schema where a caller writes an id. */
export function idPlaces(schema: JsonSchema, path: readonly (string | number)[] = []): IdPlace[] {
  if (schema.idKind) return [{ path, kind: schema.idKind, prefix: '' }];
  if (schema.idKinds) return schema.idKinds.map((kind) => ({ path, kind, prefix: `${kind}:` }));
  const below = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => idPlaces(each, [...path, name])),
    ...(schema.items ? idPlaces(schema.items, [...path, 0]) : []),
    ...variants(schema).flatMap((each) => idPlaces(each, path)),
  ];
  return below;
}

/** Names that look like ids and have no kind: whoever adds one must say whose it is. */
export function unkindedIds(schema: JsonSchema, path = ''): string[] {
  if (schema.idKind ?? schema.idKinds ?? schema.isForeignId) return [];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
      /(^|_)ids?$/i.test(name) && !hasKind(each) && !each.isForeignId && !notOurs.has(name)
        ? [`${path}/${name}`]
        : unkindedIds(each, `${path}/${name}`),
    ),
    ...(schema.items ? unkindedIds(schema.items, `${path}/*`) : []),
    ...variants(schema).flatMap((each) => unkindedIds(each, path)),
  ];
}

/** Ids of something that is not a row. */
const notOurs = new Set(['last_event_id']);

function hasKind(schema: JsonSchema): boolean {
  return idPlaces(schema).length > 0;
}

function variants(schema: JsonSchema): JsonSchema[] {
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
}

/** A value that fits a schema: each required part and each id; ids come from `ids`. */
export function sampleOf(schema: JsonSchema, ids: Readonly<Record<IdKind, string>>): unknown {
  if (schema.idKind) return ids[schema.idKind];
  if (schema.idKinds) return schema.idKinds.map((kind) => `${kind}:${ids[kind]}`).join(',');
  if (schema.const !== undefined) return schema.const;
  if (schema.examples) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  const [first, ...others] = variants(schema);
  if (first) return sampleOf([first, ...others].find(hasKind) ?? first, ids);
  switch (schema.type ?? 'anything') {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(
            ([name, each]) =>
              hasKind(each) || (schema.required?.includes(name) && each.default === undefined),
          )
          .map(([name, each]) => [name, sampleOf(each, ids)]),
      );
    case 'array':
      return schema.items ? [sampleOf(schema.items, ids)] : [];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      return schema.format === 'date-time'
        ? new Date(Date.now() + 86_400_000).toISOString()
        : 'sample'.padEnd(schema.minLength ?? 0, 'x');
    default:
      return undefined;
  }
}

/** A copy of `value` with something else at one place. */
export function withValueAt(
  value: unknown,
  path: readonly (string | number)[],
  replacement: string,
): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) =>
      index === head ? withValueAt(each, rest, replacement) : each,
    );
  }
  return { ...Object(value), [head]: withValueAt(Reflect.get(Object(value), head), rest, replacement) };
}
