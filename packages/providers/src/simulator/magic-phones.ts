/** What a magic number always brings. */
export type MagicKind =
  | 'refused'
  | 'connection_refused'
  | 'throttled'
  | 'server_error'
  | 'lost'
  | 'recipient_limit'
  | 'opted_out'
  | 'slow_down'
  | 'restricted'
  | 'fails_later'
  | 'never_delivered'
  | 'read_first'
  | 'receipts_twice'
  | 'answers'
  | 'opts_out'
  | 'stops_marketing'
  | 'slow';

/**
 * Numbers that always behave the same way, for trying things out: each is a number of the range that is kept for
 * fiction. What a try would mend happens to the first request only; the README has a table of them.
 */
export const magicPhones: ReadonlyMap<string, MagicKind> = new Map<string, MagicKind>([
  ['+12025550101', 'refused'],
  ['+12025550102', 'connection_refused'],
  ['+12025550103', 'throttled'],
  ['+12025550104', 'server_error'],
  ['+12025550105', 'lost'],
  ['+12025550106', 'recipient_limit'],
  ['+12025550107', 'opted_out'],
  ['+12025550108', 'slow_down'],
  ['+12025550109', 'restricted'],
  ['+12025550110', 'fails_later'],
  ['+12025550111', 'never_delivered'],
  ['+12025550112', 'read_first'],
  ['+12025550113', 'receipts_twice'],
  ['+12025550114', 'answers'],
  ['+12025550115', 'opts_out'],
  ['+12025550116', 'stops_marketing'],
  ['+12025550117', 'slow'],
]);
