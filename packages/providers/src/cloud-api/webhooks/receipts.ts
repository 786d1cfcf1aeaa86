import type { Receipt } from '../../provider.ts';
import type { StatusEvent } from './webhook-events.ts';

/**
 * Statuses as the receipts that an engine takes: of messages that were sent from here, and without `sent`, which only
 * tells that Meta has the message. Order and copies are kept: taking a receipt twice is harmless.
 */
export function receiptsOf(statuses: readonly StatusEvent[]): Receipt[] {
  return statuses.flatMap(({ messageId, status, at, error }) =>
    messageId === undefined || status === 'sent'
      ? []
      : [{ messageId, kind: status, at, ...(error === undefined ? {} : { code: error.reason }) }],
  );
}
