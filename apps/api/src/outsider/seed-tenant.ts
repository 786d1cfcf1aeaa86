import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { type FileStore, sealSecret } from '@zaphub/features';
import type { Database, Tx } from '@zaphub/db';
import type { TestTenant } from '@zaphub/testing';
import { type IdKind, toPublicId } from '@zaphub/types';
import { testKeyRing } from '../testing/test-key-ring.ts';
import { seedDirectMessages } from './seed-direct-messages.ts';
import { seedWebhook } from './seed-webhook.ts';

/** One row of every kind of a tenant, by its public id; every text in them carries the tenant's canary. */
export type SeededIds = Readonly<Record<IdKind, string>>;

/** Adds one row of every kind to a tenant. A new kind of id does not compile until it is seeded here. */
export async function seedTenant(
  parts: { system: Database; files: FileStore },
  given: TestTenant,
  letter: string,
): Promise<SeededIds> {
  const { tenantId } = given;
  const canary = (kind: string): string => `CANARY-${letter}-${kind}-${randomUUID()}`;
  const fileKey = `${tenantId}/${randomUUID()}`;
  const csv = `phone,${canary('column')}\n+5511987654321,${canary('cell')}\n`;
  const { sizeBytes } = await parts.files.put(fileKey, Readable.from([csv]), { maxBytes: 10_000 });

  // A number of its own: one that a call takes away is not missed by the next.
  const connectionId = await parts.system.system((tx) => seedConnection(tx, tenantId, canary('connection')));
  const tenant = { ...given, connectionId };

  const uuids = await parts.system.system(async (tx) => {
    const contact = await insert(tx, 'contacts', {
      tenant_id: tenantId,
      phone: `+55119${Math.floor(10_000_000 + Math.random() * 89_999_999)}`,
      name: canary('contact'),
      attributes: { [canary('key')]: canary('value') },
      opted_out_at: new Date(),
    });
    await tx.run('insert into contact_tags (tenant_id, tag, contact_id) values ($1, $2, $3)', [
      tenantId,
      canary('tag'),
      contact,
    ]);
    const file = await insert(tx, 'imports', {
      tenant_id: tenantId,
      filename: canary('file'),
      file_key: fileKey,
      size_bytes: sizeBytes,
      detected: {
        encoding: 'utf-8',
        delimiter: ',',
        columns: ['phone', canary('column')],
        preview: [],
        suggested: [{ to: 'phone' }, { to: 'ignore' }],
      },
    });
    await tx.run(
      `insert into import_errors (tenant_id, import_id, row_number, code, value) values ($1, $2, 1, 'phone_invalid', $3)`,
      [tenantId, file, canary('import-error')],
    );
    const template = await insert(tx, 'templates', {
      tenant_id: tenantId,
      name: canary('template'),
      body: canary('body'),
    });
    const campaign = await insert(tx, 'campaigns', {
      tenant_id: tenantId,
      name: canary('campaign'),
      body: canary('campaign-body'),
      template_id: template,
      connection_id: tenant.connectionId,
      audience: { kind: 'all' },
    });
    await tx.run('insert into campaign_counters (campaign_id, tenant_id) values ($1, $2)', [
      campaign,
      tenantId,
    ]);
    const message = await insert(tx, 'messages', {
      tenant_id: tenantId,
      campaign_id: campaign,
      contact_id: contact,
      connection_id: tenant.connectionId,
      position: 1,
      recipient: '+5511987654321',
      reason: canary('message'),
      state: 'failed',
      queued: false,
    });
    await tx.run(
      `insert into message_attempts (tenant_id, message_id, campaign_id, outcome, detail) values ($1, $2, $3, 'refused', $4)`,
      [tenantId, message, campaign, canary('attempt')],
    );
    await tx.run(`select app.publish($1, $2, 'campaign.changed', $3)`, [
      tenantId,
      `campaign:${campaign}`,
      JSON.stringify({ name: canary('event') }),
    ]);
    const task = await insert(tx, 'tasks', {
      tenant_id: tenantId,
      name: 'tenant.export',
      state: 'completed',
      finished_at: new Date(),
      result: { note: canary('task') },
      file_key: fileKey,
      error_code: canary('task-error'),
    });
    await seedDirectMessages(tx, tenant, contact, canary);
    const pool = await insert(tx, 'sender_pools', { tenant_id: tenantId, name: canary('pool') });
    await tx.run('insert into sender_pool_members (tenant_id, pool_id, connection_id) values ($1, $2, $3)', [
      tenantId,
      pool,
      tenant.connectionId,
    ]);
    const people = await seedPeople(tx, tenant, { contact, campaign, message, canary });
    const hooks = await seedWebhook(tx, tenantId, canary);
    return { contact, import: file, template, campaign, message, task, pool, ...people, ...hooks };
  });
  return {
    tenant: toPublicId('tenant', tenantId),
    user: toPublicId('user', tenant.ownerId),
    connection: toPublicId('connection', tenant.connectionId),
    contact: toPublicId('contact', uuids.contact),
    import: toPublicId('import', uuids.import),
    template: toPublicId('template', uuids.template),
    campaign: toPublicId('campaign', uuids.campaign),
    message: toPublicId('message', uuids.message),
    task: toPublicId('task', uuids.task),
    conversation: toPublicId('conversation', uuids.conversation),
    conversation_message: toPublicId('conversation_message', uuids.conversation_message),
    merge: toPublicId('merge', uuids.merge),
    sender_pool: toPublicId('sender_pool', uuids.pool),
    webhook: toPublicId('webhook', uuids.webhook),
    webhook_event: toPublicId('webhook_event', uuids.event),
    webhook_delivery: toPublicId('webhook_delivery', uuids.delivery),
  };
}

/** A number that waits to be scanned, with its code. */
async function seedConnection(tx: Tx, tenantId: string, name: string): Promise<string> {
  const connectionId = await insert(tx, 'connections', {
    tenant_id: tenantId,
    name,
    provider: 'baileys',
    status: 'qr',
  });
  await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [connectionId, tenantId]);
  await tx.run('insert into connection_sessions (connection_id, tenant_id, wanted) values ($1, $2, true)', [
    connectionId,
    tenantId,
  ]);
  await tx.run(
    `insert into connection_codes (tenant_id, connection_id, sealed, expires_at)
     values ($1, $2, $3, clock_timestamp() + interval '1 hour')`,
    [
      tenantId,
      connectionId,
      sealSecret(testKeyRing, `${name}-code`, { tenantId, connectionId, name: 'code' }),
    ],
  );
  return connectionId;
}

/** Ids of every kind that belong to nobody. */
export function randomIds(): SeededIds {
  return {
    tenant: toPublicId('tenant', randomUUID()),
    user: toPublicId('user', randomUUID()),
    connection: toPublicId('connection', randomUUID()),
    contact: toPublicId('contact', randomUUID()),
    import: toPublicId('import', randomUUID()),
    template: toPublicId('template', randomUUID()),
    campaign: toPublicId('campaign', randomUUID()),
    message: toPublicId('message', randomUUID()),
    task: toPublicId('task', randomUUID()),
    conversation: toPublicId('conversation', randomUUID()),
    conversation_message: toPublicId('conversation_message', randomUUID()),
    merge: toPublicId('merge', randomUUID()),
    sender_pool: toPublicId('sender_pool', randomUUID()),
    webhook: toPublicId('webhook', randomUUID()),
    webhook_event: toPublicId('webhook_event', randomUUID()),
    webhook_delivery: toPublicId('webhook_delivery', randomUUID()),
  };
}

/** A conversation, a proof and a merge: a second contact that has become part of the first. */
async function seedPeople(
  tx: Tx,
  { tenantId, connectionId }: TestTenant,
  about: { contact: string; campaign: string; message: string; canary: (kind: string) => string },
): Promise<{ conversation: string; conversation_message: string; merge: string }> {
  const { canary, contact } = about;
  const merged = await insert(tx, 'contacts', {
    tenant_id: tenantId,
    name: canary('merged'),
    merged_into: contact,
  });
  // Somebody of the same name, who may be the same person.
  await tx.run(
    'insert into contacts (tenant_id, name) select tenant_id, name from contacts where tenant_id = $1 and id = $2',
    [tenantId, contact],
  );
  const merge = await insert(tx, 'contact_merges', {
    tenant_id: tenantId,
    kept_id: contact,
    merged_id: merged,
    before: {
      kept: { name: canary('before'), attributes: {}, consent_source: null, opted_out: true },
      merged: { phone: null, reached_as: null, opted_out: false },
      has_moved_phone: false,
      children: [],
      tags: [],
      tags_added: [],
      moved: [],
      folded: [],
      skipped: [],
    },
  });
  await tx.run(
    `insert into contact_identities (tenant_id, kind, value, contact_id) values ($1, 'username', $2, $3)`,
    [tenantId, canary('username'), contact],
  );
  for (const source of ['keyword', 'manual']) {
    await insert(tx, 'opt_out_proofs', {
      tenant_id: tenantId,
      contact_id: contact,
      source,
      evidence: canary('evidence'),
    });
  }
  await tx.run(
    `insert into opt_out_settings (tenant_id, stop_words) values ($1, array[$2]) on conflict do nothing`,
    [tenantId, canary('word')],
  );
  const conversation = await insert(tx, 'conversations', {
    tenant_id: tenantId,
    contact_id: contact,
    connection_id: connectionId,
    unread: 1,
    last_text: canary('last'),
  });
  const addMessage = (): Promise<string> =>
    insert(tx, 'conversation_messages', {
      tenant_id: tenantId,
      conversation_id: conversation,
      connection_id: connectionId,
      contact_id: contact,
      kind: 'text',
      key: canary('key'),
      content: { kind: 'text', text: canary('text') },
      campaign_id: about.campaign,
      message_id: about.message,
    });
  // Two, so that the conversation has a second page.
  await addMessage();
  const message = await addMessage();
  return { conversation, conversation_message: message, merge };
}

async function insert(tx: Tx, table: string, values: Record<string, unknown>): Promise<string> {
  const columns = Object.keys(values);
  const row = await tx.one<{ id: string }>(
    `insert into ${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning id`,
    Object.values(values).map((value) =>
      typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value,
    ),
  );
  return row.id;
}
