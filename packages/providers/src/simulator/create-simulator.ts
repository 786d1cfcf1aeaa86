import { seededRatio01 } from '../seeded-ratio.ts';
import type { SendOptions, SendOutcome, SendRequest } from '../provider.ts';
import type { SessionProvider } from '../session.ts';
import { type ActionLog, type ActionNote, openActionLog } from './action-log.ts';
import { createConditions } from './conditions.ts';
import { createDelayLine } from './delay-line.ts';
import type { DuePump } from './due-pump.ts';
import { openInboundLog, startInboundPump } from './inbound-log.ts';
import { formatJournalLine } from './journal-line.ts';
import { openJournal } from './journal-writer.ts';
import { outcomeOf } from './outcome.ts';
import { answerTo, areSilent, type PeopleOptions, silentPeople, spokenLine } from './people.ts';
import { startReceiptPump } from './receipt-pump.ts';
import type { SimulatorAction } from './scenario.ts';
import { runScenario, type ScenarioRunner } from './scenario-runner.ts';
import { openSimulatedSession, type SimulatedSession, usualSessions } from './simulated-session.ts';
import { defaultReceipts, noDelay, noTrouble, type SimulatorOptions } from './simulator-options.ts';
import { judge, type Verdict } from './verdict.ts';

/** A simulated network, with a hand on what happens to it. */
export interface Simulator extends SessionProvider {
  /**
   * Makes something happen: here at once, in other processes of the folder within a tenth of a second.
   * @throws Error when the network is not eventful
   */
  perform(action: SimulatorAction): void;
  /** What is going on, for people. */
  conditions(): object;
}

/** A number that a magic one has shown as restricted. */
const restMs = 60_000;

/**
 * A WhatsApp network inside the process. What it accepts is in the journal before the sender gets an answer, so
 * the journal tells what reached phones whatever became of the process.
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const seed = options.seed ?? 1;
  const deduplicates = options.deduplicates ?? true;
  const rates = { ...noTrouble, ...options.rates };
  const people: PeopleOptions = { ...silentPeople, ...(options.people === false ? {} : options.people) };
  const isSilent = areSilent(people);
  const conditions = createConditions({ seed, rates, latency: options.latency ?? noDelay });
  const journal = openJournal(options.journalDir);
  const inbound = openInboundLog(options.journalDir);
  const delays = createDelayLine();
  const pumps = new Set<DuePump>();
  const sessions = new Map<string, SimulatedSession>();
  let lastSender: string | undefined;
  let underWay = 0;
  let idle: (() => void) | undefined;
  let isClosed = false;

  const onAction = (action: SimulatorAction, { id, atMs, isOurs }: ActionNote): void => {
    conditions.apply(action, atMs);
    for (const session of sessions.values()) session.take(action);
    const line =
      isOurs && options.people !== false ? spokenLine(action, { id, atMs, lastSender }) : undefined;
    if (line !== undefined) inbound.append(line);
  };
  const isEventful = options.isEventful === true || options.scenario !== undefined;
  const log: ActionLog | undefined = isEventful ? openActionLog(options.journalDir, onAction) : undefined;
  const scenario: ScenarioRunner | undefined =
    log !== undefined && options.scenario !== undefined ? runScenario(log, options.scenario) : undefined;

  const latencyOf = (request: SendRequest, verdict: Verdict): number => {
    const { minMs, maxMs } = conditions.latency;
    const usualMs =
      maxMs <= minMs
        ? minMs
        : minMs + seededRatio01(`${request.messageId}:${request.attempt}`) * (maxMs - minMs);
    return usualMs + (verdict.delayMs ?? 0);
  };
  const usualWaits = { waitMs: options.retryAfterMs ?? 1_000, restMs };
  const toldTo = (request: SendRequest, verdict: Verdict): SendOutcome => {
    if (conditions.isQuiet) return outcomeOf(verdict, request, usualWaits);
    const rest = (usualMs: number): number | undefined =>
      conditions.restMs(request.sender, Date.now(), usualMs);
    return outcomeOf(verdict, request, {
      waitMs: rest(usualWaits.waitMs) ?? usualWaits.waitMs,
      restMs: rest(restMs),
    });
  };

  const send = (request: SendRequest, { signal, notAfterMs }: SendOptions): Promise<SendOutcome> => {
    if (isClosed) return Promise.resolve({ kind: 'not_sent', code: 'closed' });
    if (isEventful) {
      lastSender = request.sender;
      scenario?.count(request.sender);
    }
    const verdict = conditions.isQuiet ? judge(seed, rates, request) : conditions.judge(request, Date.now());
    underWay++;
    return new Promise<SendOutcome>((resolve) => {
      const answer = (outcome: SendOutcome): void => {
        resolve(outcome);
        if (--underWay === 0) idle?.();
      };
      if (verdict.journal === undefined) {
        delays.after(latencyOf(request, verdict), () => answer(toldTo(request, verdict)));
        return;
      }
      const atMs = Date.now();
      const line = formatJournalLine({
        atMs,
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
        if (verdict.journal === 'accepted' && (!isSilent || verdict.reaction !== undefined)) {
          hear(request, verdict, atMs);
        }
        const waitMs = verdict.answer === 'lost' ? (options.lostAfterMs ?? 200) : latencyOf(request, verdict);
        delays.after(waitMs, () => answer(toldTo(request, verdict)));
      });
    });
  };
  const hear = (request: SendRequest, verdict: Verdict, nowMs: number): void => {
    const line = options.people === false ? undefined : answerTo(request, verdict, { seed, people, nowMs });
    if (line !== undefined) inbound.append(line);
  };

  const perform = (action: SimulatorAction): void => {
    if (log === undefined) throw new Error('nothing can happen to this network: isEventful is not set');
    log.perform(action);
  };
  const listen = (start: () => DuePump): (() => Promise<void>) => {
    if (isClosed) return () => Promise.resolve();
    const pump = start();
    pumps.add(pump);
    return async () => {
      await pump.close();
      pumps.delete(pump);
    };
  };

  return {
    name: 'simulator',
    // Only those connections that were made to log in have one: others send without.
    sessionPlace: 'gateway',
    abilities: {
      deduplicates,
      receipts: options.receipts !== false,
      maxInFlight: options.maxInFlight ?? 250,
      contents: ['text', 'media', 'template', 'buttons'],
      inbound: options.people !== false,
    },
    send,
    onReceipt(listener) {
      const { receipts } = options;
      if (receipts === false) return () => Promise.resolve();
      const deps = { dir: options.journalDir, seed, listener };
      return listen(() => startReceiptPump(deps, { ...defaultReceipts, ...receipts }));
    },
    ...(options.people === false
      ? {}
      : { onInbound: (listener) => listen(() => startInboundPump({ dir: options.journalDir, listener })) }),
    async openSession(opened) {
      const { connectionId } = opened;
      await sessions.get(connectionId)?.close();
      const isAway = (): boolean => conditions.isAway(connectionId, Date.now());
      const session = openSimulatedSession({ seed, isAway }, opened, {
        ...usualSessions,
        ...options.sessions,
      });
      sessions.set(connectionId, session);
      return session;
    },
    perform,
    conditions: () => conditions.describe(Date.now()),
    async close() {
      if (isClosed) return;
      isClosed = true;
      scenario?.close();
      log?.close();
      await Promise.all([...pumps, ...sessions.values()].map((one) => one.close()));
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      inbound.close();
      journal.close();
    },
  };
}

function mayLeave(signal: AbortSignal, notAfterMs: number): boolean {
  return !signal.aborted && performance.now() <= notAfterMs;
}
