/*
 * What must be true of the ledger and the provider's journal, whatever was killed, frozen, restarted or flushed.
 *
 * complete      Every frozen recipient has one row and every row one state; nothing stays `claimed` or `sending`
 *               without a claim whose lease is running or has just ended; a row is queued exactly when it is
 *               pending; a finished campaign has no open row and no undecided unknown; what ended in `dlq` is
 *               among the dead letters.
 * extra_sends   Nobody gets a message twice: deliveries of one message are at most one, plus one for each lost
 *               outcome after which the campaign allowed another try; one phone gets one message of a campaign;
 *               the network saw no more requests for a message than the ledger marked.
 * truthful      A row that says `sent` or more is in the journal, and a message in the journal is a row that may
 *               have left: never one that says nothing was sent. No request without a row.
 * counters      The counters of a campaign equal a count of its rows by state.
 * tenants       A row, its campaign, contact, connection, claim, attempts and counters have one tenant.
 * stops         Nothing was marked to be sent after its contact had opted out.
 * limits        No connection, no campaign and no tenant sent faster than its rate, in any second, beyond the burst; no
 *               number more on a day than its cap; no contact more campaigns than the tenant's cap.
 * events        Event offsets of a tenant have no gap and end at the head.
 * bounded       What is due in the outbox leaves it; leases end.
 */

/** The names of the invariants, in the order they are reported. */
export const invariantNames = [
  'complete',
  'extra_sends',
  'truthful',
  'counters',
  'tenants',
  'stops',
  'limits',
  'events',
  'bounded',
] as const;

export type InvariantName = (typeof invariantNames)[number];

/** One thing that is not as it must be. */
export interface Violation {
  /** What it is about: a UUID, or a pair of them with a colon. */
  readonly id: string;
  readonly problem: string;
}

/** The verdict on one invariant. */
export interface InvariantResult {
  readonly name: InvariantName;
  readonly isKept: boolean;
  /** How many violations there are. */
  readonly count: number;
  /** The first of them, twenty at most. */
  readonly violations: readonly Violation[];
}

/** Everything that was checked. */
export interface VerifyReport {
  readonly isClean: boolean;
  readonly messages: number;
  readonly journal: { readonly requests: number; readonly deliveries: number; readonly duplicates: number };
  readonly invariants: readonly InvariantResult[];
}
