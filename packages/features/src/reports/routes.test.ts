import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ServerResponse } from 'node:http';
import { toPublicId } from '@zaphub/types';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import type { TestTenant } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { attachmentHeader } from './attachment-header.ts';
import { reportRoutes } from './routes.ts';

const database = useTestDatabase();

/** A campaign whose ledger was written by hand; answers its UUID. */
async function campaignOf(tenant: TestTenant, rows: string): Promise<string> {
  return database.system.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience, status)
       values ($1, 'Promoção "junho"', 'Oi', $2, '{"kind":"all"}', 'completed') returning id`,
      [tenant.tenantId, tenant.connectionId],
    );
    await tx.run('insert into campaign_counters (campaign_id, tenant_id) values ($1, $2)', [
      id,
      tenant.tenantId,
    ]);
    await tx.run(
      `insert into messages (tenant_id, campaign_id, connection_id, queued, contact_id, position, recipient, state, reason, attempts, sent_at)
       select $1, $2, $3, false, c.id, row_number() over (order by c.id), c.phone, ${rows}
       from contacts c where c.tenant_id = $1`,
      [tenant.tenantId, id, tenant.connectionId],
    );
    return id;
  });
}

async function download(
  tenant: TestTenant,
  campaignId: string,
  line = 'GET /campaigns/:campaign_id/report.csv',
) {
  const body = new PassThrough();
  const headers = new Map<string, unknown>();
  const setHeader = (name: string, value: unknown): void => void headers.set(name, value);
  // The parts of a response that a download uses.
  const res = Object.assign(body, { setHeader }) as unknown as ServerResponse;
  const as = { db: database.api, scope: tenant.scope };
  const call = callRoute(reportRoutes, line, as, {
    ids: { campaign_id: campaignId },
    res,
  });
  const [content] = await Promise.all([
    buffer(body),
    call.catch((error: unknown) => body.destroy(error as Error)),
  ]);
  return { headers, content: content.toString() };
}

describe('the report', () => {
  test('says what became of everybody, in the language of the tenant', async () => {
    const tenant = await createTenant(database.system, { locale: 'pt-BR' });
    await createContacts(database.system, tenant.tenantId, { count: 2 });
    await database.system.system((tx) =>
      tx.run(`insert into contacts (tenant_id, name) values ($1, '=1+1;"x"')`, [tenant.tenantId]),
    );
    const id = await campaignOf(
      tenant,
      `case when phone is null then 'skipped' else 'sent' end::message_state,
       case when phone is null then 'no_phone' end, 1, '2026-01-02T03:04:05Z'`,
    );
    const { headers, content } = await download(tenant, id);
    expect(content.split('\r\n')).toEqual([
      '\uFEFFphone,name,state,reason,attempts,sent_at,delivered_at,read_at,opt_out_source',
      '+5511900000000,Contact 1,sent,,1,2026-01-02T03:04:05.000Z,,,',
      '+5511900000001,Contact 2,sent,,1,2026-01-02T03:04:05.000Z,,,',
      `,"'=1+1;""x""",skipped,Não tem telefone (no_phone),1,2026-01-02T03:04:05.000Z,,,`,
      '',
    ]);
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('Content-Disposition')).toContain(`filename="Promocao _junho_.csv"`);
  });

  test('of more recipients than one piece holds has each of them once', async () => {
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 4_001 });
    const id = await campaignOf(tenant, `'sent', null, 1, now()`);
    const { content } = await download(tenant, id);
    const phones = content
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    expect(phones).toHaveLength(4_001);
    expect(new Set(phones).size).toBe(4_001);
  });

  test("of another tenant's campaign is not found", async () => {
    const [tenant, other] = [await createTenant(database.system), await createTenant(database.system)];
    const id = await campaignOf(other, `'sent', null, 1, now()`);
    await expect(download(tenant, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('the log of opt-outs has every proof of the tenant and of nobody else, in order', async () => {
  const [tenant, other] = [await createTenant(database.system), await createTenant(database.system)];
  const [id = ''] = await createContacts(database.system, tenant.tenantId, { count: 1 });
  await createContacts(database.system, other.tenantId, { count: 1 });
  await database.system.system((tx) =>
    tx.run(
      `insert into opt_out_proofs (tenant_id, contact_id, action, source, evidence, actor_id, occurred_at, recorded_at)
       select c.tenant_id, c.id, p.action, p.source, p.evidence, case when p.source = 'manual' then $3::uuid end, p.at, p.at
       from contacts c, (values ('opt_out', 'keyword', '=SAIR', '2026-01-02T03:04:05Z'::timestamptz),
         ('opt_in', 'manual', null, '2026-01-03T03:04:05Z')) p (action, source, evidence, at)
       where c.tenant_id in ($1, $2) order by p.at`,
      [tenant.tenantId, other.tenantId, tenant.ownerId],
    ),
  );
  const { content } = await download(tenant, '', 'GET /opt-outs/log.csv');
  const [publicId, name] = [toPublicId('contact', id), 'Contact 1'];
  expect(content.split('\r\n')).toEqual([
    '\uFEFFoccurred_at,recorded_at,action,source,evidence,by,phone,name,contact_id',
    `2026-01-02T03:04:05.000Z,2026-01-02T03:04:05.000Z,opt_out,keyword,'=SAIR,,+5511900000000,${name},${publicId}`,
    `2026-01-03T03:04:05.000Z,2026-01-03T03:04:05.000Z,opt_in,manual,,${tenant.ownerEmail},+5511900000000,${name},${publicId}`,
    '',
  ]);
});

test('a file name keeps its letters, and has a plain form for old programs', () => {
  expect(attachmentHeader('Olá "você" \r\n/../ 🙂.csv')).toBe(
    `attachment; filename="Ola _voce_ ___.._ __.csv"; filename*=UTF-8''Ol%C3%A1%20%22voc%C3%AA%22%20%0D%0A%2F..%2F%20%F0%9F%99%82.csv`,
  );
});
