import type { TenantScope, Tx } from '@zaphub/db';
import { type OptOutChange, recordProofs } from './record-proofs.ts';

/** What is said about contacts, and by whom. */
export interface OptOutInput {
  /** UUIDs. */
  readonly contactIds: readonly string[];
  /** Where it comes from: `manual`, `csv`, `preference`, `provider` and so on. */
  readonly source: string;
  /** What was said, or which answer of a network says so. */
  readonly evidence?: string | undefined;
  /** A user's id, or who else says so; whoever acts in the scope, unless given. */
  readonly by?: { readonly userId: string } | 'contact' | 'product';
  /** When it was said; now, unless given. */
  readonly at?: Date | undefined;
}

/**
 * Records that contacts want no more messages, with the proof. It counts for every message that is not on its way
 * yet, whatever sends it. Repeating it adds a proof and changes nothing else.
 * @returns whose state changed
 */
export function optOut(tx: Tx, scope: TenantScope, input: OptOutInput): Promise<OptOutChange[]> {
  return record(tx, scope, input, 'opt_out');
}

/**
 * Records that contacts want messages again, with the proof. An opt-out that was said later stays in force.
 * @returns whose state changed
 */
export function optIn(tx: Tx, scope: TenantScope, input: OptOutInput): Promise<OptOutChange[]> {
  return record(tx, scope, input, 'opt_in');
}

function record(
  tx: Tx,
  scope: TenantScope,
  input: OptOutInput,
  action: 'opt_out' | 'opt_in',
): Promise<OptOutChange[]> {
  const actorId = actorOf(scope, input);
  return recordProofs(
    tx,
    scope,
    [...new Set(input.contactIds)].map((contactId) => ({
      contactId,
      action,
      source: input.source,
      evidence: input.evidence,
      at: input.at,
      actorId,
    })),
  );
}

function actorOf(scope: TenantScope, { by }: OptOutInput): string | undefined {
  if (typeof by === 'object') return by.userId;
  return by === undefined && scope.actor.kind === 'user' ? scope.actor.userId : undefined;
}
