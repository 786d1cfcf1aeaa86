import type { SendRequest } from '../provider.ts';
import type { DelayRange } from './receipt-plan.ts';
import type { SimulatorAction } from './scenario.ts';
import { judge, notSent, restricted, type SimulatorRates, slowDown, type Verdict } from './verdict.ts';

/** How the network was set up. */
export interface Settings {
  readonly seed: number;
  readonly rates: SimulatorRates;
  readonly latency: DelayRange;
}

/** What is going on in the network now: as it was set up, and what has happened to it since. */
export interface Conditions {
  /** Nothing has happened: everything is as it was set up. */
  readonly isQuiet: boolean;
  readonly latency: DelayRange;
  judge(request: SendRequest, nowMs: number): Verdict;
  /** How long a number has to rest: `undefined` when that has no end, `usualMs` when nobody said that it must. */
  restMs(connection: string, nowMs: number, usualMs: number): number | undefined;
  /** Can the network not be reached for this number, or will it not have it? */
  isAway(connection: string, nowMs: number): boolean;
  /** What people and phones do changes nothing here. */
  apply(action: SimulatorAction, atMs: number): void;
  /** For people: what is going on, with the end of each in milliseconds since 1970. */
  describe(nowMs: number): object;
}

const everybody = '*';
const forever = Number.POSITIVE_INFINITY;

type Trouble = 'ban' | 'limit' | 'drop';
const troubles: Record<Trouble, Verdict> = { drop: notSent, ban: restricted, limit: slowDown };
/** A network that cannot be reached bans nobody. */
const order: readonly Trouble[] = ['drop', 'ban', 'limit'];

/** Quiet. */
export function createConditions(settings: Settings): Conditions {
  const until: Record<Trouble, Map<string, number>> = { ban: new Map(), limit: new Map(), drop: new Map() };
  let slow: { readonly range: DelayRange; readonly untilMs: number } | undefined;
  let changes: { readonly rates: SimulatorRates; readonly untilMs: number } | undefined;
  let isQuiet = true;

  const untilOf = (trouble: Trouble, connection: string): number =>
    Math.max(until[trouble].get(connection) ?? 0, until[trouble].get(everybody) ?? 0);
  /** Forgets what has ended, so that the network is quiet again. */
  const settle = (nowMs: number): void => {
    for (const ends of Object.values(until)) {
      for (const [connection, endMs] of ends) if (endMs <= nowMs) ends.delete(connection);
    }
    if (slow !== undefined && slow.untilMs <= nowMs) slow = undefined;
    if (changes !== undefined && changes.untilMs <= nowMs) changes = undefined;
    isQuiet =
      slow === undefined && changes === undefined && Object.values(until).every((ends) => ends.size === 0);
  };

  return {
    get isQuiet() {
      return isQuiet;
    },
    get latency() {
      return slow?.range ?? settings.latency;
    },
    judge(request, nowMs) {
      settle(nowMs);
      for (const trouble of order) {
        if (untilOf(trouble, request.sender) > nowMs) return troubles[trouble];
      }
      return judge(settings.seed, changes?.rates ?? settings.rates, request);
    },
    isAway(connection, nowMs) {
      return untilOf('drop', connection) > nowMs || untilOf('ban', connection) > nowMs;
    },
    restMs(connection, nowMs, usualMs) {
      const endMs = Math.max(untilOf('ban', connection), untilOf('limit', connection));
      if (endMs <= nowMs) return usualMs;
      return endMs < forever ? Math.ceil(endMs - nowMs) : undefined;
    },
    apply(action, atMs) {
      const untilMs = 'forMs' in action && action.forMs !== undefined ? atMs + action.forMs : forever;
      switch (action.do) {
        case 'ban':
        case 'limit':
        case 'drop':
          until[action.do].set(action.connection ?? everybody, untilMs);
          break;
        case 'release':
          for (const ends of Object.values(until)) {
            if (action.connection === undefined) ends.clear();
            else ends.delete(action.connection);
          }
          break;
        case 'slow':
          slow = { range: { minMs: action.minMs, maxMs: Math.max(action.minMs, action.maxMs) }, untilMs };
          break;
        case 'rates':
          changes = { rates: { ...(changes?.rates ?? settings.rates), ...given(action.rates) }, untilMs };
          break;
        case 'reset':
          for (const ends of Object.values(until)) ends.clear();
          slow = undefined;
          changes = undefined;
          break;
        case 'inbound':
        case 'preference':
        case 'scan':
        case 'log_out':
          return;
        default:
          return action satisfies never;
      }
      settle(atMs);
    },
    describe(nowMs) {
      settle(nowMs);
      const shown = (endMs: number): number | null => (endMs === forever ? null : endMs);
      return {
        rates: changes?.rates ?? settings.rates,
        ratesUntil: changes === undefined ? null : shown(changes.untilMs),
        latency: slow?.range ?? settings.latency,
        latencyUntil: slow === undefined ? null : shown(slow.untilMs),
        ...Object.fromEntries(
          order.map((trouble) => [
            `${trouble}s`,
            [...until[trouble]].map(([connection, endMs]) => ({ connection, until: shown(endMs) })),
          ]),
        ),
      };
    },
  };
}

/** The rates that were named. */
function given(rates: Extract<SimulatorAction, { do: 'rates' }>['rates']): Partial<SimulatorRates> {
  return Object.fromEntries(Object.entries(rates).filter(([, share01]) => share01 !== undefined));
}
