import type { SendingPlan } from './expected-finish.ts';

/**
 * Sends a plan one message at a time by a clock of its own: each number takes the next one who is due as soon as its
 * rate, its day and the rate of all allow. The slow and plain way, for tests of the quick one.
 * @returns when the last one left, milliseconds since 1970
 */
export function simulateSending(plan: SendingPlan): number {
  const waiting = plan.groups.map((group) => ({
    group,
    left: group.messages,
    dueMs: group.fromMs,
    closesMs: -Infinity,
  }));
  const sent = new Map<string, number>();
  const freeAt = plan.numbers.map(() => -Infinity);
  let allFreeAt = -Infinity;
  let last = -Infinity;
  for (let rows = waiting; rows.length > 0; rows = waiting.filter(({ left }) => left > 0)) {
    const soonest = Math.min(...rows.map(({ dueMs }) => dueMs));
    const begins = plan.numbers.map((number, i) => {
      let at = Math.max(freeAt[i] ?? 0, allFreeAt, soonest);
      for (let day = number.dayAt?.(at); day !== undefined; day = number.dayAt?.(at)) {
        if ((sent.get(`${i} ${day.key}`) ?? 0) < day.left) break;
        at = day.endsMs;
      }
      return at;
    });
    // The number that is free first; then whoever is due first at that moment.
    const at = Math.min(...begins);
    const nth = begins.indexOf(at);
    for (const row of rows) {
      const { openingAt, fromMs } = row.group;
      if (openingAt === undefined || at < row.closesMs) continue;
      const opening = openingAt(Math.max(at, fromMs));
      row.dueMs = Math.max(fromMs, opening?.fromMs ?? Infinity);
      row.closesMs = opening?.toMs ?? Infinity;
    }
    const next = rows.reduce((first, row) => (row.dueMs < first.dueMs ? row : first));
    // Its opening is over: the clock goes on, and everybody is asked again.
    if (next.dueMs > at) continue;
    next.left -= 1;
    const number = plan.numbers[nth];
    const day = number?.dayAt?.(at);
    if (day !== undefined) sent.set(`${nth} ${day.key}`, (sent.get(`${nth} ${day.key}`) ?? 0) + 1);
    freeAt[nth] = at + 1000 / (number?.ratePerSecond ?? Infinity);
    allFreeAt = plan.ratePerSecond === null ? -Infinity : at + 1000 / plan.ratePerSecond;
    last = at;
  }
  return last;
}
