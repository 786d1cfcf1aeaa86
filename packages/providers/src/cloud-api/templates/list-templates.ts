import { z } from 'zod';
import type { CloudAccount } from '../cloud-account.ts';
import type { GraphClient, GraphReply } from '../graph-client.ts';
import type { CallFailure } from '../call-failure.ts';
import { failureOf } from '../call-failure.ts';

const component = z.looseObject({ type: z.string() });
const template = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string().min(1),
  category: z.string().min(1),
  parameter_format: z.string().optional(),
  rejected_reason: z.string().optional(),
  quality_score: z.object({ score: z.string().optional() }).optional().catch(undefined),
  components: z.array(component).default([]),
});
const page = z.object({
  data: z.array(template),
  paging: z
    .object({ cursors: z.object({ after: z.string().min(1) }).optional(), next: z.string().optional() })
    .optional(),
});

/** A message template as Meta has it now. */
export interface CloudTemplate {
  readonly id: string;
  /** Together with the language: what a message names it by. */
  readonly name: string;
  readonly language: string;
  /** `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`, … : only an approved one can be sent. */
  readonly status: string;
  /** `MARKETING`, `UTILITY` or `AUTHENTICATION`; Meta may change it. */
  readonly category: string;
  readonly usesNames: boolean;
  readonly rejectedReason?: string;
  readonly quality?: string;
  /** As Meta gives them: head, body, foot and buttons. */
  readonly components: readonly { readonly type: string; readonly [more: string]: unknown }[];
}

/** Everything there is, or why it could not be read; nothing half-read is handed out. */
export type TemplateList =
  | { readonly ok: true; readonly templates: readonly CloudTemplate[] }
  | { readonly ok: false; readonly failure: CallFailure };

export interface ListTemplatesOptions {
  readonly signal: AbortSignal;
  /** Templates of one page; default 100. */
  readonly pageSize?: number;
}

const fields = 'id,name,language,status,category,parameter_format,rejected_reason,quality_score,components';
/** More pages than any account has; a list that goes on has lost its way. */
const mostPages = 200;
const pageTimeoutMs = 30_000;

/** Reads all templates of an account, page by page. Never rejects. */
export async function listTemplates(
  graph: GraphClient,
  account: CloudAccount,
  { signal, pageSize = 100 }: ListTemplatesOptions,
): Promise<TemplateList> {
  const templates: CloudTemplate[] = [];
  const cursors = new Set<string>();
  let after: string | undefined;
  for (let i = 0; i < mostPages; i++) {
    const reply: GraphReply = await graph.call(account, {
      method: 'GET',
      path: [account.businessAccountId, 'message_templates'],
      query: { fields, limit: String(pageSize), ...(after === undefined ? {} : { after }) },
      signal,
      notAfterMs: performance.now() + pageTimeoutMs,
    });
    if (reply.kind !== 'ok') return { ok: false, failure: failureOf(reply) };
    const read = page.safeParse(reply.value);
    if (!read.success) return { ok: false, failure: { code: 'unreadable_reply', mayRetry: true } };
    templates.push(...read.data.data.map(templateOf));
    // `next` says that there is more. Its address is not followed: it is somebody else's text, and holds the token.
    const cursor = read.data.paging?.next === undefined ? undefined : read.data.paging.cursors?.after;
    if (cursor === undefined) return { ok: true, templates };
    if (cursors.has(cursor)) break;
    cursors.add(cursor);
    after = cursor;
  }
  return { ok: false, failure: { code: 'list_without_end', mayRetry: false } };
}

function templateOf(one: z.infer<typeof template>): CloudTemplate {
  const { parameter_format, rejected_reason, quality_score, ...same } = one;
  const quality = quality_score?.score;
  return {
    ...same,
    usesNames: parameter_format === 'NAMED',
    // Meta says NONE where there is no reason.
    ...(rejected_reason === undefined || rejected_reason === 'NONE'
      ? {}
      : { rejectedReason: rejected_reason }),
    ...(quality === undefined ? {} : { quality }),
  };
}
