import { afterEach, describe, expect, it } from 'vitest';
import { createHttpExchange } from '../../http/http-exchange.ts';
import { Secret } from '../../secret.ts';
import type { CloudAccount } from '../cloud-account.ts';
import { createGraphClient, type GraphClient } from '../graph-client.ts';
import { type GraphServer, startGraphServer } from '../testing/graph-server.ts';
import type { GraphTemplate } from '../testing/template-check.ts';
import { compareTemplates } from './compare-templates.ts';
import { listTemplates } from './list-templates.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const signal = new AbortController().signal;

const open = async (
  templates: readonly GraphTemplate[],
  token = 'EAAB-test',
): Promise<{ graph: GraphClient; server: GraphServer; account: CloudAccount }> => {
  const server = await startGraphServer({ templates });
  const exchange = createHttpExchange();
  closers.push(
    () => server.close(),
    () => exchange.close(),
  );
  const { phoneNumberId, businessAccountId } = server;
  return {
    server,
    graph: createGraphClient({ exchange }, { baseUrl: server.url }),
    account: { phoneNumberId, businessAccountId, accessToken: new Secret(token) },
  };
};
const many = (count: number): GraphTemplate[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `id${i}`,
    name: `template_${i}`,
    language: 'pt_BR',
    status: ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED'][i % 4] ?? '',
    category: ['MARKETING', 'UTILITY'][i % 2] ?? '',
    components: [{ type: 'BODY', text: 'Hi {{1}}' }],
  }));
/** A Graph API that answers every call alike. */
const always = (value: unknown): GraphClient => ({ call: () => Promise.resolve({ kind: 'ok', value }) });

describe('the list of templates', () => {
  it.each([0, 1, 7, 14, 15])('has all %i of them, page by page, with status and category', async (count) => {
    const { graph, server, account } = await open(many(count));
    const list = await listTemplates(graph, account, { signal, pageSize: 7 });
    expect(list.ok && list.templates.map(({ name, status, category }) => [name, status, category])).toEqual(
      many(count).map(({ name, status, category }) => [name, status, category]),
    );
    expect(server.requests).toHaveLength(Math.max(1, Math.ceil(count / 7)));
  });

  it('tells named values, the reason of a refusal and the quality', async () => {
    const [one] = many(1);
    if (one === undefined) throw new Error('no template');
    const { graph, account } = await open([
      {
        ...one,
        parameter_format: 'NAMED',
        rejected_reason: 'NONE',
        quality_score: { score: 'GREEN', date: 1 },
      },
      { ...one, id: 'other', rejected_reason: 'PROMOTIONAL' },
    ]);
    const list = await listTemplates(graph, account, { signal });
    expect(list.ok && list.templates).toMatchObject([
      { usesNames: true, quality: 'GREEN' },
      { usesNames: false, rejectedReason: 'PROMOTIONAL' },
    ]);
    expect(list.ok && list.templates[0]).not.toHaveProperty('rejectedReason');
  });

  it('fails as a whole, with what to do about it', async () => {
    const { graph, account } = await open(many(3), 'wrong');
    expect(await listTemplates(graph, account, { signal })).toMatchObject({
      ok: false,
      failure: { code: 'token_invalid', effect: 'pause_connection', error: { code: 190 } },
    });
    expect(await listTemplates(graph, account, { signal: AbortSignal.abort() })).toEqual({
      ok: false,
      failure: { code: 'aborted', mayRetry: true },
    });
    expect(await listTemplates(always({ data: 'none' }), account, { signal })).toEqual({
      ok: false,
      failure: { code: 'unreadable_reply', mayRetry: true },
    });
  });

  it('does not follow a list that goes in a circle', async () => {
    const { account } = await open([]);
    const circle = always({
      data: [],
      paging: { cursors: { after: 'a' }, next: 'https://elsewhere.example' },
    });
    expect(await listTemplates(circle, account, { signal })).toEqual({
      ok: false,
      failure: { code: 'list_without_end', mayRetry: false },
    });
  });
});

describe('two lists of templates', () => {
  it('are compared by id, and what is alike is left alone', async () => {
    const { graph, account } = await open(many(4));
    const list = await listTemplates(graph, account, { signal });
    const now = list.ok ? list.templates : [];
    const [first, second, third, fourth] = now;
    if (!first || !second || !third || !fourth) throw new Error('four templates');
    const before = { ...second, status: 'APPROVED' };
    const gone = { ...fourth, id: 'gone' };
    expect(compareTemplates([first, before, fourth, gone], now)).toEqual({
      added: [third],
      changed: [{ before, now: second }],
      removed: [gone],
    });
    expect(compareTemplates(now, structuredClone(now))).toEqual({ added: [], changed: [], removed: [] });
  });
});
