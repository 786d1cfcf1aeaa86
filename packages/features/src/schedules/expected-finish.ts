import type { Opening } from './openings.ts';

/** Recipients who have the same openings: everybody, or those of one zone. */
export interface RecipientGroup {
  readonly messages: number;
  /** From when on they may get it, milliseconds since 1970. */
  readonly fromMs: number;
  /** The opening at an instant or the next one after it; `undefined` when there is none. Absent: always open. */
  readonly openingAt?: (atMs: number) => Opening | undefined;
}

/** A number that sends. */
export interface SendingNumber {
  /** Messages a second; `null` for no limit. */
  readonly ratePerSecond: number | null;
  /** Its share among the numbers of a pool. */
  readonly weight: number;
  /** How many may go out on the day of an instant, and when that day ends; absent: any number. */
  readonly dayAt?: (atMs: number) => { readonly left: number; readonly endsMs: number; readonly key: string };
}

/** What limits a sending that is still to come. */
export interface SendingPlan {
  readonly groups: readonly RecipientGroup[];
  readonly numbers: readonly SendingNumber[];
  /** All numbers together, messages a second: of the campaign and the tenant; `null` for no limit. */
  readonly ratePerSecond: number | null;
  /** How fast each of these numbers goes when they send together; Infinity for one without a rate. */
  readonly ratesOf: (numbers: readonly SendingNumber[]) => readonly number[];
}

/** Nobody plans further ahead. */
const longestMs = 400 * 86_400_000;
/** Below this nothing is left: halves of messages come from shares. */
const nothing = 1e-6;

/**
 * When the last of these messages will have left (milliseconds since 1970), by rates, hours and caps alone; `undefined`
 * when that is not within a year, or never. Those who may get it earliest go first. Between two changes (an opening, a
 * day's end, a cap that is reached, a group that is done) everything flows evenly, so it goes from change to change;
 * without a rate all that may go, goes at once.
 */
export function expectedFinish(plan: SendingPlan): number | undefined {
  const groups = plan.groups.filter(({ messages }) => messages > 0).map((group) => new Waiting(group));
  const numbers = plan.numbers.map((number) => new Sender(number));
  const startMs = Math.min(...groups.map(({ dueMs }) => dueMs));
  let at = startMs;
  let lastMs = at;
  while (groups.some((group) => group.left > nothing)) {
    if (!(at - startMs <= longestMs)) return undefined;
    const waiting = groups.filter((group) => group.left > nothing);
    for (const group of waiting) group.moveTo(at);
    if (waiting.some(({ dueMs }) => dueMs === Infinity)) return undefined;
    const open = waiting.filter(({ dueMs }) => dueMs <= at);
    const able = numbers.filter((sender) => sender.left(at) > nothing);
    if (open.length === 0 || able.length === 0) {
      const opens = open.length === 0 ? Math.min(...waiting.map(({ dueMs }) => dueMs)) : at;
      const begins = able.length === 0 ? Math.min(...numbers.map((sender) => sender.dayEndsMs(at))) : at;
      at = Math.max(opens, begins);
      continue;
    }
    // Whoever has been due longest goes first; those who became due together, together.
    const earliest = Math.min(...open.map(({ dueMs }) => dueMs));
    const first = open.filter(({ dueMs }) => dueMs === earliest);
    const flow = flowOf(plan, able);
    const step = send({ first, able, flow, at });
    lastMs = flow.total === Infinity ? at : step.endsMs - 1000 / flow.total;
    at = step.endsMs;
  }
  return groups.length === 0
    ? Math.min(...plan.groups.map(({ fromMs }) => fromMs))
    : Math.max(lastMs, startMs);
}

interface Flow {
  /** Of each number that can send, messages a second. */
  readonly rates: readonly number[];
  readonly total: number;
}

function flowOf(plan: SendingPlan, able: readonly Sender[]): Flow {
  const rates = plan.ratesOf(able.map(({ number }) => number));
  const sum = rates.reduce((all, rate) => all + rate, 0);
  const total = Math.min(sum, plan.ratePerSecond ?? Infinity);
  if (total === sum) return { rates, total };
  const share = (rate: number): number =>
    sum === Infinity
      ? rate === Infinity
        ? total / rates.filter((each) => each === Infinity).length
        : 0
      : (rate / sum) * total;
  return { rates: rates.map(share), total };
}

/** Sends evenly until something changes. */
function send(stage: {
  readonly first: readonly Waiting[];
  readonly able: readonly Sender[];
  readonly flow: Flow;
  readonly at: number;
}): { endsMs: number } {
  const { first, able, flow, at } = stage;
  const waiting = first.reduce((sum, group) => sum + group.left, 0);
  if (flow.total === Infinity) {
    // Each group's share of what the caps of this moment let through.
    const amount = Math.min(
      waiting,
      able.reduce((sum, sender) => sum + sender.left(at), 0),
    );
    for (const group of first) group.left -= (group.left / waiting) * amount;
    let rest = amount;
    for (const sender of able) {
      const taken = Math.min(rest, sender.left(at));
      sender.take(at, taken);
      rest -= taken;
    }
    return { endsMs: at };
  }
  const ends = [
    at + (waiting / flow.total) * 1000,
    ...first.map((group) => group.closesMs),
    ...able.flatMap((sender, i) => [
      sender.dayEndsMs(at),
      at + (sender.left(at) / (flow.rates[i] ?? Infinity)) * 1000,
    ]),
  ];
  const endsMs = Math.min(...ends);
  const amount = Math.min(waiting, ((endsMs - at) / 1000) * flow.total);
  for (const group of first) group.left -= (group.left / waiting) * amount;
  able.forEach((sender, i) => sender.take(at, ((endsMs - at) / 1000) * (flow.rates[i] ?? 0)));
  return { endsMs };
}

/** A group with what is left of it. */
class Waiting {
  left: number;
  /** When those who are left may get it next; Infinity for never. */
  dueMs: number;
  closesMs = Infinity;
  readonly #group: RecipientGroup;

  constructor(group: RecipientGroup) {
    this.#group = group;
    this.left = group.messages;
    this.dueMs = group.fromMs;
    this.closesMs = group.openingAt === undefined ? Infinity : -Infinity;
  }

  /** Past the end of an opening, the next one counts. */
  moveTo(atMs: number): void {
    const { fromMs, openingAt } = this.#group;
    if (openingAt === undefined || atMs < this.closesMs) return;
    const opening = openingAt(Math.max(atMs, fromMs));
    this.dueMs = opening === undefined ? Infinity : Math.max(fromMs, opening.fromMs);
    this.closesMs = opening?.toMs ?? Infinity;
  }
}

/** A number with what it has sent on each of its days. */
class Sender {
  readonly number: SendingNumber;
  readonly #taken = new Map<string, number>();

  constructor(number: SendingNumber) {
    this.number = number;
  }

  left(atMs: number): number {
    const day = this.number.dayAt?.(atMs);
    return day === undefined ? Infinity : day.left - (this.#taken.get(day.key) ?? 0);
  }

  take(atMs: number, messages: number): void {
    const day = this.number.dayAt?.(atMs);
    if (day !== undefined) this.#taken.set(day.key, (this.#taken.get(day.key) ?? 0) + messages);
  }

  dayEndsMs(atMs: number): number {
    return this.number.dayAt?.(atMs).endsMs ?? Infinity;
  }
}
