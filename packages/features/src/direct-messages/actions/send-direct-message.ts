import type { Database, TenantScope, Tx } from '@zaphub/db';
import { AppError, fromPublicId } from '@zaphub/types';
import type { DirectMessageInput } from '@zaphub/types';
import { createPhoneReader } from '../../phones/index.ts';
import type { Addressee } from '../recipient.ts';
import { createDirectMessage } from './create-direct-message.ts';
import type { DirectMessageMade } from './create-direct-message.ts';

/**
 * Sends one message to one person, as a caller of the api asks for it.
 * @throws AppError `not_found`, `phone_invalid`, `contact_opted_out`, `contact_unreachable`, `idempotency_key_reused`
 */
export async function sendDirectMessage(
  deps: { db: Database },
  scope: TenantScope,
  input: DirectMessageInput & { connectionId: string; idempotencyKey: string },
): Promise<DirectMessageMade> {
  return deps.db.tenant(scope, async (tx) =>
    createDirectMessage(tx, scope, {
      ...(await readAddressee(scope, tx, input.to)),
      connectionId: input.connectionId,
      content: input.content,
      idempotencyKey: `api:${input.idempotencyKey}`,
      ...(input.reply_to === undefined ? {} : { replyTo: input.reply_to }),
    }),
  );
}

/** A contact's public id, or a number as people of the tenant's country write it. @throws AppError `phone_invalid` */
export async function readAddressee(scope: TenantScope, tx: Tx, to: string): Promise<Addressee> {
  const contactId = fromPublicId('contact', to);
  if (contactId !== undefined) return { contactId };
  const [tenant] = await tx.prepared<{ country: string }>(
    'direct_country',
    'select default_country as country from tenants where id = $1',
    [scope.tenantId],
  );
  const read = createPhoneReader(tenant?.country ?? 'BR')(to);
  if (read.ok) return { to: read.phone };
  throw new AppError('phone_invalid', `the number cannot be read: ${read.code}`, {
    details: { reason: read.code },
  });
}
