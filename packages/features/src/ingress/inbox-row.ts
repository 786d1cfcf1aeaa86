/** Whose webhooks of which kind. */
export interface WebhookLine {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly kind: 'status' | 'receive';
}

/** A row of the inbox that was taken to be worked on. */
export interface InboxRow {
  readonly id: number;
  readonly body: Buffer;
  /** Of a pack. */
  readonly lengths: readonly number[] | null;
  readonly headers: Record<string, string> | null;
  readonly attempts: number;
}

/** The kinds of rows that a line's webhooks lie in. */
export const rowKinds = { status: ['statuses', 'status'], receive: ['receive'] } as const;
/** A kind of rows. */
export type RowKind = (typeof rowKinds)[WebhookLine['kind']][number];
