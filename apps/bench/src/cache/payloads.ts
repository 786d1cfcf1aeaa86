import { campaign, contact, liveEvent, pageOf, toPublicId } from '@zaphub/types';
import { z } from 'zod';

/** A value as the product would keep it, with its schema. */
export interface Payload {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly value: unknown;
}

const plan = z.object({
  name: z.enum(['free', 'pro', 'enterprise']),
  requests_per_minute: z.number().int(),
  sends_per_day: z.number().int(),
  connections: z.number().int(),
  features: z.array(z.string()),
});

const delivery = z.object({
  id: z.number(),
  name: z.string(),
  phone: z.string(),
  status: z.string(),
  campaign: z.string(),
  at: z.string(),
  cost: z.number(),
  tags: z.array(z.string()),
});

/** What the cache will hold, at the sizes that the API gives out. */
export function createPayloads(): readonly Payload[] {
  return [
    { name: 'plan', schema: plan, value: createPlan() },
    { name: 'campaign list', schema: pageOf(campaign), value: createPage(50, createCampaign) },
    { name: 'contact page', schema: pageOf(contact), value: createPage(100, createContact) },
    {
      name: 'event list',
      schema: z.array(liveEvent),
      value: Array.from({ length: 100 }, (_, i) => createEvent(i)),
    },
    {
      name: 'delivery list',
      schema: z.object({ data: z.array(delivery), total: z.number() }),
      value: { data: Array.from({ length: 260 }, (_, i) => createDelivery(i)), total: 260 },
    },
  ].map((payload) => ({ ...payload, value: payload.schema.parse(payload.value) }));
}

function createPlan(): unknown {
  return {
    name: 'pro',
    requests_per_minute: 600,
    sends_per_day: 100_000,
    connections: 5,
    features: ['api', 'webhooks', 'reports'],
  };
}

function createPage(count: number, create: (i: number) => unknown): unknown {
  return {
    data: Array.from({ length: count }, (_, i) => create(i)),
    has_more: true,
    next_cursor: 'eyJpZCI6MTAwfQ',
  };
}

function createCampaign(i: number): unknown {
  return {
    id: toPublicId('campaign', uuid(i)),
    name: `Black Friday ${i}`,
    template_id: toPublicId('template', uuid(i % 7)),
    body: 'Olá {{ name }}! Hoje tudo com {{ desconto | default: "10%" }} de desconto na loja {{ loja }}.',
    connection_id: toPublicId('connection', uuid(i % 3)),
    audience: { kind: 'all' },
    status: (['completed', 'running', 'draft'] as const)[i % 3],
    unknown_policy: 'at_most_once',
    rate_per_second: i % 2 === 0 ? null : 20,
    scheduled_at: null,
    timezone: 'America/Sao_Paulo',
    counters: createCounters(i),
    error: null,
    created_at: time(i),
    started_at: time(i + 10),
    finished_at: i % 3 === 0 ? time(i + 500) : null,
  };
}

function createContact(i: number): unknown {
  return {
    id: toPublicId('contact', uuid(i)),
    phone: `+5511${String((i * 104_729) % 1_000_000_000).padStart(9, '9')}`,
    name: `Contato ${(i * 7919) % 10_007}`,
    attributes: { cidade: ['São Paulo', 'Recife', 'Manaus'][i % 3], loja: `L${i % 40}`, cupom: `X${i * 31}` },
    tags: ['vip', 'lead', 'novo'].slice(i % 3),
    opted_out_at: i % 20 === 0 ? time(i) : null,
    created_at: time(i),
    updated_at: time(i + 60),
  };
}

function createEvent(i: number): unknown {
  return {
    type: 'campaign.changed',
    data: {
      id: toPublicId('campaign', uuid(i % 5)),
      status: 'running',
      counters: createCounters(i * 50),
      rate_per_second: 80,
    },
  };
}

function createCounters(i: number): Record<string, number> {
  return {
    total: 100_000,
    open: 100_000 - i * 137,
    sent: i * 100,
    delivered: i * 90,
    read: i * 40,
    failed: i * 3,
    dlq: 0,
    skipped: 120,
    unknown: 0,
  };
}

function createDelivery(i: number): unknown {
  return {
    id: 1000 + i,
    name: `Contact ${(i * 7919) % 10_007}`,
    phone: `+1555${String((i * 104_729) % 10_000_000).padStart(7, '0')}`,
    status: ['sent', 'delivered', 'read', 'failed'][i % 4],
    campaign: `camp_${i % 13}`,
    at: time(i),
    cost: ((i * 37) % 1000) / 1e4,
    tags: ['vip', 'es', 'new'].slice(i % 3),
  };
}

function uuid(i: number): string {
  return `0199f0a0-0000-7000-8000-${((i + 1) * 2_654_435_761).toString(16).padStart(12, '0').slice(-12)}`;
}

function time(i: number): string {
  return new Date(1.76e12 + i * 61_234).toISOString();
}
