import type { NumberLimits, NumberLimitsPatch } from '@zaphub/types';
import { readDecimal } from '#lib/decimal.ts';
import { type RateText, rateText, readRate } from '#lib/send-rate.ts';

/** The form of a number's limits. What is empty has no limit, or the provider's or the workspace's default. */
export interface LimitsValues {
  rate: RateText;
  /** Percent. */
  jitter: string;
  cap: string;
  zone: string;
  unanswered: string;
}

/** A place of the form whose value does not fit. */
export type LimitsField = 'rate' | 'jitter' | 'cap' | 'unanswered';

/** As `connectionPatch` has it. */
export const fastestPerSecond = 1_000;
/** As the contract has it. */
export const highestCap = 1_000_000;
/** Of the distance between two messages. */
export const mostJitterPercent = 90;

/** What the form shows of limits. */
export function limitsValuesOf(limits: NumberLimits, language: string): LimitsValues {
  return {
    rate: rateText(limits.rate_per_second, language),
    jitter: limits.jitter01 === null ? '' : String(Math.round(limits.jitter01 * 100)),
    cap: limits.daily_cap === null ? '' : String(limits.daily_cap),
    zone: limits.timezone ?? '',
    unanswered: limits.unanswered_limit === null ? '' : String(limits.unanswered_limit),
  };
}

/** What has changed, for the API, and what does not fit. What was not touched is left out, so that it stays exactly. */
export function limitsPatchOf(
  values: LimitsValues,
  before: LimitsValues,
): { patch: NumberLimitsPatch; wrong: ReadonlySet<LimitsField> } {
  const wrong = new Set<LimitsField>();
  const patch: NumberLimitsPatch = {};
  const rate = readRate(values.rate, fastestPerSecond);
  if (rate === undefined) wrong.add('rate');
  else if (
    values.rate.text !== before.rate.text ||
    (rate !== null && values.rate.unit !== before.rate.unit)
  ) {
    patch.rate_per_second = rate;
  }
  const read = (
    field: Exclude<LimitsField, 'rate'>,
    least: number,
    most: number,
  ): number | null | undefined => {
    if (values[field].trim() === before[field]) return undefined;
    if (values[field].trim() === '') return null;
    const value = readDecimal(values[field]);
    if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return value;
    wrong.add(field);
    return undefined;
  };
  const jitter = read('jitter', 0, mostJitterPercent);
  const cap = read('cap', 1, highestCap);
  const unanswered = read('unanswered', 1, highestCap);
  if (jitter !== undefined) patch.jitter01 = jitter === null ? null : jitter / 100;
  if (cap !== undefined) patch.daily_cap = cap;
  if (unanswered !== undefined) patch.unanswered_limit = unanswered;
  if (values.zone !== before.zone) patch.timezone = values.zone === '' ? null : values.zone;
  return { patch, wrong };
}
