/** What the simulated network did with a request that reached it. Only `accepted` can reach a phone. */
export type JournalVerdict = 'accepted' | 'refused' | 'throttled' | 'error';

/** One request as the network saw it, in the order of arrival. */
export interface JournalEntry {
  /** Milliseconds since 1970 by the clock of the process that sent it. */
  readonly atMs: number;
  readonly connection: string;
  readonly campaign: string;
  readonly messageId: string;
  readonly phone: string;
  readonly attempt: number;
  /** Did the network deduplicate by message id when this request arrived? */
  readonly deduplicates: boolean;
  readonly verdict: JournalVerdict;
}

const verdicts: ReadonlySet<string> = new Set(['accepted', 'refused', 'throttled', 'error']);

/**
 * One line, with a line break on both sides: a write that a crash cut short stays alone on its line and can
 * never swallow the line after it.
 */
export function formatJournalLine(entry: JournalEntry): string {
  const network = entry.deduplicates ? 'd' : 'p';
  return `\n${entry.atMs}\t${entry.connection}\t${entry.campaign}\t${entry.messageId}\t${entry.phone}\t${entry.attempt}\t${network}\t${entry.verdict}\n`;
}

/** Reads a line back; `undefined` for an empty line or one that a crash cut short. */
export function parseJournalLine(line: string): JournalEntry | undefined {
  const [at, connection, campaign, messageId, phone, attempt, network, verdict, ...rest] = line.split('\t');
  if (
    at === undefined ||
    connection === undefined ||
    campaign === undefined ||
    messageId === undefined ||
    phone === undefined ||
    verdict === undefined ||
    rest.length > 0 ||
    !isVerdict(verdict)
  ) {
    return undefined;
  }
  return {
    atMs: Number(at),
    connection,
    campaign,
    messageId,
    phone,
    attempt: Number(attempt),
    deduplicates: network === 'd',
    verdict,
  };
}

function isVerdict(text: string): text is JournalVerdict {
  return verdicts.has(text);
}
