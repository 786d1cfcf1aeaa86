import type { Tx } from '@zaphub/db';
import type { MessageState } from '@zaphub/types';
import type { JournalView } from './journal-view.ts';
import type { ViolationList } from './violation-list.ts';

const pageSize = 5_000;

interface LedgerRow {
  readonly id: string;
  readonly state: MessageState;
  readonly requests: number;
  readonly lost_outcomes: number;
  /** A receipt said later that it did not arrive: the network had accepted it all the same. */
  readonly receipt_failed: boolean;
}

/** The states in which a message may have left although nothing says so for certain. */
const mayHaveLeft: ReadonlySet<MessageState> = new Set(['sending', 'sent', 'delivered', 'read', 'unknown']);
const saysItLeft: ReadonlySet<MessageState> = new Set(['sent', 'delivered', 'read']);

/** What came of comparing: how many rows there are, and the ones whose request the journal did not show. */
export interface LedgerComparison {
  readonly messages: number;
  /** Rows that say `sent` or more and were not in the view: the journal may have grown since. */
  readonly notSeen: ReadonlySet<string>;
}

/** Streams the simulator's rows of the ledger past the journal. */
export async function compareLedger(
  tx: Tx,
  options: { readonly campaignId: string | undefined },
  view: JournalView,
  violations: ViolationList,
): Promise<LedgerComparison> {
  await tx.run(
    `declare ledger no scroll cursor for
     select m.id, m.state, m.requests, m.lost_outcomes,
       m.state in ('failed', 'dlq') and m.sent_at is not null as receipt_failed
     from messages m
     join connections s on s.id = m.connection_id and s.provider = 'simulator'
     where $1::uuid is null or m.campaign_id = $1`,
    [options.campaignId ?? null],
  );
  const notSeen = new Set<string>();
  let messages = 0;
  let matched = 0;
  for (;;) {
    const rows = await tx.rows<LedgerRow>(`fetch ${pageSize} from ledger`);
    if (rows.length === 0) break;
    messages += rows.length;
    for (const row of rows) {
      if (view.requests.get(row.id) > 0) matched++;
      compareRow(row, view, violations, notSeen);
    }
  }
  await tx.run('close ledger');
  if (matched < view.requests.size) {
    const phantoms = view.requests.size - matched;
    violations.add('truthful', '-', `${phantoms} messages are in the journal and not in the ledger`);
  }
  return { messages, notSeen };
}

function compareRow(
  row: LedgerRow,
  view: JournalView,
  violations: ViolationList,
  notSeen: Set<string>,
): void {
  const { id, state, lost_outcomes: lostOutcomes } = row;
  const deliveries = view.deliveries.get(id);
  const accepted = view.accepted.get(id);
  if (deliveries > 1 + lostOutcomes) {
    violations.add(
      'extra_sends',
      id,
      `reached its phone ${deliveries} times with ${lostOutcomes} lost outcomes`,
    );
  }
  if (view.requests.get(id) > row.requests) {
    violations.add(
      'extra_sends',
      id,
      `the network saw more requests than the ${row.requests} that were marked`,
    );
  }
  if (saysItLeft.has(state) && accepted === 0) notSeen.add(id);
  // After a lost outcome a row may say anything but `skipped`: it waits for, or has had, another try.
  const mayBeSo = mayHaveLeft.has(state) || row.receipt_failed;
  if (accepted > 0 && !mayBeSo && (lostOutcomes === 0 || state === 'skipped')) {
    violations.add('truthful', id, `the network accepted it and the ledger says ${state}`);
  }
}
