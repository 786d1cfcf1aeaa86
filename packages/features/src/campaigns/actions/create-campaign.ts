import type { Database, TenantScope, Tx } from '@zaphub/db';
import { AppError, fromPublicId } from '@zaphub/types';
import type { CampaignInput } from '@zaphub/types';
import { checkNetworkTemplate } from '../../cloud-api/index.ts';
import { findConnection } from '../../connections/index.ts';
import type { ConnectionRow } from '../../connections/index.ts';
import { assertOpens } from '../../schedules/index.ts';
import { getSenderPool, type SenderPoolRow } from '../../sender-pools/index.ts';
import { findTemplate } from '../../templates/index.ts';
import type { TemplateRow } from '../../templates/index.ts';
import { getCampaign, insertCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';

/**
 * Makes a draft with a copy of the template's text; nothing is sent.
 * @throws AppError `not_found` when the template or the connection is not this tenant's, `hours_never_open`
 */
export async function createCampaign(
  deps: { db: Database },
  scope: TenantScope,
  input: CampaignInput,
): Promise<CampaignRow> {
  return deps.db.tenant(scope, async (tx) => {
    const { template, connection, poolId } = await loadParts(scope, tx, input);
    const hours = input.hours ?? null;
    if (hours !== null) assertOpens(hours, 'UTC');
    const id = await insertCampaign(scope, tx, {
      name: input.name,
      templateId: template.id,
      networkTemplate: input.network_template ?? null,
      body: template.body,
      connectionId: connection.id,
      poolId,
      audience: input.audience,
      unknownPolicy: input.unknown_policy,
      ratePerSecond: input.rate_per_second,
      hours,
    });
    return getCampaign(scope, tx, id);
  });
}

/**
 * The template and the connection that an input names; the tenant's first connection when it names none.
 * @throws AppError `not_found`
 */
export async function loadParts(
  scope: TenantScope,
  tx: Tx,
  input: Pick<CampaignInput, 'template_id' | 'network_template' | 'connection_id' | 'sender_pool_id'>,
): Promise<{ template: CampaignText; connection: ConnectionRow; poolId: string | null }> {
  const pool = await loadPool(scope, tx, input.sender_pool_id ?? undefined);
  const named =
    input.connection_id === undefined ? undefined : fromPublicId('connection', input.connection_id);
  // A campaign of a pool shows one of its numbers: the one that is named, or its first.
  const connection = await findConnection(scope, tx, named ?? pool?.members[0]?.connection_id);
  if (!connection) throw new AppError('not_found', 'no such connection');
  if (pool?.members.some((member) => member.connection_id === connection.id) === false) {
    throw new AppError('bad_request', 'the connection is not in the pool', {
      publicMessage: {
        en: 'This number is not in the pool. Name a number or a pool, not both.',
        'pt-BR': 'Este número não está no grupo. Informe um número ou um grupo, não os dois.',
      },
    });
  }
  const template = await loadText(scope, tx, { ...input, connection });
  return { template, connection, poolId: pool?.id ?? null };
}

/** What a campaign says: of a template of ours, or of one of its number's network, which then has no id here. */
interface CampaignText extends Pick<TemplateRow, 'body'> {
  readonly id: string | null;
}

async function loadText(
  scope: TenantScope,
  tx: Tx,
  input: Pick<CampaignInput, 'template_id' | 'network_template' | 'sender_pool_id'> & {
    connection: ConnectionRow;
  },
): Promise<CampaignText> {
  const { network_template: use, connection } = input;
  if (use !== undefined) {
    // A template belongs to one account; the numbers of a pool may have others.
    if (input.sender_pool_id !== undefined && input.sender_pool_id !== null) {
      throw new AppError('bad_request', 'a pool has no templates of its own', {
        publicMessage: {
          en: 'A template of WhatsApp is sent by one number. Choose a number instead of a pool.',
          'pt-BR': 'Um modelo do WhatsApp é enviado por um número. Escolha um número em vez de um grupo.',
        },
      });
    }
    const { preview } = await checkNetworkTemplate(scope, tx, { connection, use });
    return { id: null, body: preview };
  }
  const templateId =
    input.template_id === undefined ? undefined : fromPublicId('template', input.template_id);
  const template = templateId === undefined ? undefined : await findTemplate(scope, tx, templateId);
  if (!template) throw new AppError('not_found', 'no such template');
  return template;
}

async function loadPool(
  scope: TenantScope,
  tx: Tx,
  publicId: string | undefined,
): Promise<SenderPoolRow | undefined> {
  const id = publicId === undefined ? undefined : fromPublicId('sender_pool', publicId);
  return id === undefined ? undefined : getSenderPool(scope, tx, id);
}
