import { seededRatio01 } from '../seeded-ratio.ts';
import type { Provider, SendOptions, SendOutcome, SendRequest } from '../provider.ts';
import { createDelayLine } from './delay-line.ts';
import { formatJournalLine } from './journal-line.ts';
import { openJournal } from './journal-writer.ts';
import type { DelayRange, ReceiptOptions } from './receipt-plan.ts';
import { type ReceiptPump, startReceiptPump } from './receipt-pump.ts';
import { judge, type SimulatorRates, type Verdict } from './verdict.ts';

/** How the simulated network behaves; everything has a default, and the default network is quick and perfect. */
export interface SimulatorOptions {
  /** Folder of the journal, made when it is missing. Processes that name the same folder share one network. */
  readonly journalDir: string;
  /** Default 1. The same seed gives the same verdicts for the same messages and attempts. */
  readonly seed?: number;
  /** Default true. */
  readonly deduplicates?: boolean;
  /** Requests under way at once; default 250. */
  readonly maxInFlight?: number;
  /** Time to an answer, spread evenly; default 0. */
  readonly latency?: DelayRange;
  /** After how long a lost answer is given up; default 200 ms. */
  readonly lostAfterMs?: number;
  /** Told to the sender with a 429; default 1 000 ms. */
  readonly retryAfterMs?: number;
  readonly rates?: Partial<SimulatorRates>;
  /** Default: delivered after 0.2 to 1 s, 60 % read after 0.5 to 3 s. `false` for none. */
  readonly receipts?: Partial<ReceiptOptions> | false;
  /** Called when a request is in the journal and not answered yet: where a test may kill the process. */
  readonly onWritten?: () => void;
}

const defaultReceipts: ReceiptOptions = {
  delivered: { minMs: 200, maxMs: 1_000 },
  read: { minMs: 500, maxMs: 3_000 },
  read01: 0.6,
  duplicate01: 0,
  late01: 0,
  lateMs: 60_000,
};

const noTrouble: SimulatorRates = {
  refused01: 0,
  notSent01: 0,
  throttled01: 0,
  serverError01: 0,
  lostReply01: 0,
};
const noDelay: DelayRange = { minMs: 0, maxMs: 0 };

/**
 * A WhatsApp network inside the process. What it accepts is in the journal before the sender gets an answer, so
 * the journal tells what reached phones whatever became of the process.
 */
export function createSimulator(options: SimulatorOptions): Provider {
  const seed = options.seed ?? 1;
  const deduplicates = options.deduplicates ?? true;
  const rates = { ...noTrouble, ...options.rates };
  const latency = options.latency ?? noDelay;
  const journal = openJournal(options.journalDir);
  const delays = createDelayLine();
  let pump: ReceiptPump | undefined;
  let underWay = 0;
  let idle: (() => void) | undefined;
  let isClosed = false;

  const latencyOf = (request: SendRequest): number =>
    latency.maxMs <= latency.minMs
      ? latency.minMs
      : latency.minMs +
        seededRatio01(`${request.messageId}:${request.attempt}`) * (latency.maxMs - latency.minMs);

  const send = (request: SendRequest, { signal, notAfterMs }: SendOptions): Promise<SendOutcome> => {
    if (isClosed) return Promise.resolve({ kind: 'not_sent', code: 'closed' });
    const verdict = judge(seed, rates, request);
    underWay++;
    return new Promise<SendOutcome>((resolve) => {
      const answer = (outcome: SendOutcome): void => {
        resolve(outcome);
        if (--underWay === 0) idle?.();
      };
      if (verdict.journal === undefined) {
        delays.after(latencyOf(request), () => answer(outcomeOf(verdict, request, options)));
        return;
      }
      const line = formatJournalLine({
        atMs: Date.now(),
        connection: request.sender,
        campaign: request.reference,
        messageId: request.messageId,
        phone: request.to,
        attempt: request.attempt,
        deduplicates,
        verdict: verdict.journal,
      });
      const isAllowed = mayLeave.bind(undefined, signal, notAfterMs);
      journal.append(line, isAllowed, (isWritten) => {
        if (!isWritten) {
          answer({ kind: 'not_sent', code: isAllowed() ? 'journal_unwritable' : 'too_late' });
          return;
        }
        options.onWritten?.();
        const waitMs = verdict.answer === 'lost' ? (options.lostAfterMs ?? 200) : latencyOf(request);
        delays.after(waitMs, () => answer(outcomeOf(verdict, request, options)));
      });
    });
  };

  return {
    name: 'simulator',
    abilities: {
      deduplicates,
      receipts: options.receipts !== false,
      maxInFlight: options.maxInFlight ?? 250,
      contents: ['text', 'media', 'template', 'buttons'],
      inbound: false,
    },
    send,
    onReceipt(listener) {
      if (options.receipts === false || isClosed) return () => Promise.resolve();
      const started = startReceiptPump(
        { dir: options.journalDir, seed, listener },
        { ...defaultReceipts, ...options.receipts },
      );
      pump = started;
      return () => started.close();
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await pump?.close();
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      journal.close();
    },
  };
}

function outcomeOf(verdict: Verdict, request: SendRequest, options: SimulatorOptions): SendOutcome {
  switch (verdict.answer) {
    case 'sent':
      // By the id alone: a deduplicating network answers a repeated request like the first.
      return { kind: 'sent', providerMessageId: 'sim.' + request.messageId.slice(-17) };
    case 'refused':
      return { kind: 'refused', code: 'recipient_unavailable' };
    case 'connection_refused':
      return { kind: 'not_sent', code: 'connection_refused' };
    case 'throttled':
      return { kind: 'not_sent', code: 'throttled', retryAfterMs: options.retryAfterMs ?? 1_000 };
    case 'server_error':
    case 'lost':
      return { kind: 'unknown', code: verdict.answer === 'lost' ? 'timeout' : 'server_error' };
    default:
      return verdict.answer satisfies never;
  }
}

function mayLeave(signal: AbortSignal, notAfterMs: number): boolean {
  return !signal.aborted && performance.now() <= notAfterMs;
}
