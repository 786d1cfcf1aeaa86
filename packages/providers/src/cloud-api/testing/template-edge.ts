import type { ServerResponse } from 'node:http';
import { answer, refuse } from './graph-reply.ts';
import type { GraphTemplate } from './template-check.ts';

const parameters: ReadonlySet<string> = new Set([
  'fields',
  'limit',
  'after',
  'before',
  'name',
  'status',
  'appsecret_proof',
]);

/** `GET /{business-account-id}/message_templates`; `url` is the server's own, for the address of the next page. */
export function listTemplatePage(
  reply: ServerResponse,
  {
    url,
    query,
    all,
  }: { readonly url: string; readonly query: URLSearchParams; readonly all: readonly GraphTemplate[] },
): void {
  const unknown = [...query.keys()].find((key) => !parameters.has(key));
  if (unknown !== undefined) return refuse(reply, { code: 100, details: `Unknown parameter ${unknown}.` });
  const after = query.get('after');
  const from = after === null ? 0 : Number(Buffer.from(after, 'base64url').toString());
  const to = from + Number(query.get('limit') ?? 25);
  if (!Number.isInteger(from) || !Number.isInteger(to))
    return refuse(reply, { code: 100, details: 'Cursor.' });
  const fields = query.get('fields')?.split(',');
  const data = all.slice(from, to).map((one) => pick(one, fields));
  const cursors = { before: cursorOf(from), after: cursorOf(to) };
  const next = to < all.length ? { next: `${url}/v25.0/next?after=${cursors.after}` } : {};
  answer(reply, 200, { data, ...(data.length === 0 ? {} : { paging: { cursors, ...next } }) });
}

function cursorOf(at: number): string {
  return Buffer.from(String(at)).toString('base64url');
}

function pick(template: GraphTemplate, fields: readonly string[] | undefined): object {
  if (fields === undefined) return template;
  return Object.fromEntries(
    ['id', ...fields].flatMap((key) => (key in template ? [[key, template[key]]] : [])),
  );
}
