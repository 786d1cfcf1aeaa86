import { type Database, type TenantScope, uniqueViolation } from '@zaphub/db';
import { AppError, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { createPhoneReader } from '../../phones/index.ts';
import { type DeadLetterRow, getDeadLetter } from '../queries.ts';

/**
 * Corrects the number of the person a failed message was for. The number was wrong, not this one message: the contact
 * gets the new one, and with it every failed message of theirs that was for the old one. Nothing is sent by this.
 * @throws AppError `not_found`, `phone_invalid`, `conflict` when another contact has that number
 */
export async function correctNumber(
  deps: { db: Database },
  scope: TenantScope,
  input: { readonly messageId: string; readonly phone: string },
): Promise<DeadLetterRow> {
  return deps.db.tenant(scope, async (tx) => {
    const letter = await getDeadLetter(scope, tx, input.messageId);
    const { country } = await tx.one<{ country: string }>(
      'select default_country as country from tenants where id = $1',
      [scope.tenantId],
    );
    const read = createPhoneReader(country)(input.phone);
    if (!read.ok) throw new AppError('phone_invalid', `the number is ${read.code}`);
    if (letter.recipient === read.phone) return letter;
    await tx
      .run(
        `update contacts set phone = $3, reached_as = null, updated_at = clock_timestamp()
         where tenant_id = $1 and id = $2 and phone is distinct from $3`,
        [scope.tenantId, letter.contact_id, read.phone],
      )
      .catch((error: unknown) => {
        throw uniqueViolation(error) === 'contacts_phone' ? numberTaken(error) : error;
      });
    const messages = await tx.run(
      `update messages m set recipient = $3 from dead_letters d
       where d.tenant_id = $1 and m.id = d.message_id and m.contact_id = $2 and m.state in ('failed', 'dlq')
         and (m.recipient is not distinct from $4 or m.id = $5)`,
      [scope.tenantId, letter.contact_id, read.phone, letter.recipient, input.messageId],
    );
    await audit(tx, scope, {
      action: 'dead_letters.correct_number',
      subject: toPublicId('message', input.messageId),
      details: { contact_id: toPublicId('contact', letter.contact_id), messages },
    });
    return getDeadLetter(scope, tx, input.messageId);
  });
}

function numberTaken(cause: unknown): AppError {
  return new AppError('conflict', 'another contact has this number', {
    publicMessage: {
      en: 'Another contact already has this number, so nothing was changed. Send to that contact instead, or merge the two.',
      'pt-BR':
        'Outro contato já tem este número, então nada foi mudado. Envie para aquele contato ou junte os dois.',
    },
    cause,
  });
}
