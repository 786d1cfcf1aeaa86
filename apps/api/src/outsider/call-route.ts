import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Route } from '@zaphub/features';
import type { TestApi } from '../testing/test-api.ts';
import { type IdPlace, idPlaces, sampleOf, withValueAt } from './id-places.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';
import type { SeededIds } from './seed-tenant.ts';

/** Who calls: nobody, or a person with the tenant they chose. */
export interface Principal {
  readonly name: string;
  readonly as?: string;
  readonly tenant?: string;
}

/** Where one id of a route is written. */
export type RoutePlace =
  | { readonly at: 'path'; readonly name: string; readonly kind: keyof SeededIds }
  | ({ readonly at: 'query' | 'body' } & IdPlace)
  | { readonly at: 'header'; readonly name: string; readonly kind: 'tenant' };

/** What a caller can see of an answer, without what differs by itself. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** What the database was asked for it: who answers alike after different work tells by the time it takes. */
  readonly statements: readonly string[];
}

/** Every place of a route where a caller writes an id. */
export function placesOf(route: Route): RoutePlace[] {
  return [
    ...Object.entries(route.ids).map(([name, kind]) => ({ at: 'path' as const, name, kind })),
    ...idPlaces(schemaOf(route.query)).map((place) => ({ at: 'query' as const, ...place })),
    ...idPlaces(schemaOf(route.body)).map((place) => ({ at: 'body' as const, ...place })),
    ...(route.auth === 'tenant'
      ? [{ at: 'header' as const, name: 'x-tenant-id', kind: 'tenant' as const }]
      : []),
  ];
}

/** The schema of a query or body; empty for none and for raw bodies. */
export function schemaOf(schema: Route['query'] | Route['body']): JsonSchema {
  return schema === undefined || schema === 'raw' ? {} : toJsonSchema(schema);
}

/** Calls a route with the caller's own ids, but `foreign` at one place; more of the query in `query`. */
export async function callRoute(
  api: TestApi,
  route: Route,
  principal: Principal,
  ids: SeededIds,
  change: {
    place?: RoutePlace;
    foreign?: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const { place, foreign = '' } = change;
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const kind = route.ids[name];
    if (place?.at === 'path' && place.name === name) return foreign;
    return kind === undefined ? '' : ids[kind];
  });
  let query: unknown = { ...Object(sampleOf(schemaOf(route.query), ids)), ...change.query };
  if (place?.at === 'query') query = withValueAt(query, place.path, place.prefix + foreign);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(Object(query))) search.set(name, String(value));
  const headers: Record<string, string> = { ...change.headers };
  if (route.idempotency !== 'accepted') headers['idempotency-key'] = randomUUID();
  if (place?.at === 'header') headers[place.name] = foreign;
  let json: unknown;
  let raw: string | undefined;
  if (route.body === 'raw') {
    raw = 'phone,name\n+5511987654321,Somebody\n';
    headers['content-type'] = 'text/csv';
  } else if (route.body !== undefined) {
    json = sampleOf(schemaOf(route.body), ids);
    if (place?.at === 'body') json = withValueAt(json, place.path, place.prefix + foreign);
  }
  api.takeStatements();
  const giveUp = new AbortController();
  const response = await api.call(`/api/v1${path}${search.size > 0 ? `?${search.toString()}` : ''}`, {
    method: route.method,
    headers,
    signal: giveUp.signal,
    ...(principal.as === undefined ? {} : { as: principal.as }),
    ...(principal.tenant === undefined || place?.at === 'header' ? {} : { tenant: principal.tenant }),
    ...(json === undefined ? {} : { json }),
    ...(raw === undefined ? {} : { body: raw }),
  });
  const text = await readAnswer(response);
  giveUp.abort();
  return {
    status: response.status,
    headers: comparable(response.headers),
    text: anonymous(text, response, foreign),
    statements: api.takeStatements(),
  };
}

const streamStartMs = 150;

/** The whole body; of an event stream, what comes in its first moments. */
async function readAnswer(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
    return response.text();
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const over = pause(streamStartMs, undefined);
  let text = '';
  for (;;) {
    const part = await Promise.race([reader.read(), over]);
    if (part === undefined || part.done) return text;
    text += part.value;
  }
}

function comparable(headers: Headers): Record<string, string> {
  const differing = new Set(['date', 'x-request-id', 'ratelimit', 'ratelimit-policy']);
  return Object.fromEntries([...headers].filter(([name]) => !differing.has(name)));
}

/** The request's own id and the id that the caller wrote say nothing about what is stored. */
function anonymous(text: string, response: Response, foreign: string): string {
  const requestId = response.headers.get('x-request-id') ?? '';
  const plain = text.replaceAll(requestId, '<request>');
  return foreign === '' ? plain : plain.replaceAll(foreign, '<id>');
}
