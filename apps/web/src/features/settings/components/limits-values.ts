import { type TenantLimits, type TenantLimitsPatch, tenantLimitsPatch } from '@zaphub/types';
import { readDecimal } from '#lib/decimal.ts';
import { type RateText, rateText, readRate } from '#lib/send-rate.ts';

/** The form of what holds for all numbers together. */
export interface TenantLimitsValues {
  rate: RateText;
  isCapped: boolean;
  cap: string;
  days: string;
  policy: TenantLimits['frequency_policy'];
}

/** As the contract has it. */
export const fastestPerSecond = 100_000;

const usualCap = '3';

/** What the form shows of limits; without a cap it proposes a usual one. */
export function valuesOf(limits: TenantLimits, language: string): TenantLimitsValues {
  return {
    rate: rateText(limits.rate_per_second, language),
    isCapped: limits.frequency_cap !== null,
    cap: limits.frequency_cap === null ? usualCap : String(limits.frequency_cap),
    days: String(limits.frequency_days),
    policy: limits.frequency_policy,
  };
}

/** What has changed, for the API, and the places that do not fit: `rate`, `cap` or `days`. */
export function patchOf(
  values: TenantLimitsValues,
  before: TenantLimitsValues,
): { patch: TenantLimitsPatch; wrong: ReadonlySet<string> } {
  const rate = readRate(values.rate, fastestPerSecond);
  const isSameRate = JSON.stringify(values.rate) === JSON.stringify(before.rate);
  const capPart = {
    frequency_cap: readDecimal(values.cap) ?? 0,
    frequency_days: readDecimal(values.days) ?? 0,
    frequency_policy: values.policy,
  };
  const read = tenantLimitsPatch.safeParse({
    ...(isSameRate || rate === undefined ? {} : { rate_per_second: rate }),
    ...(values.isCapped ? capPart : before.isCapped ? { frequency_cap: null } : {}),
  });
  const names: Readonly<Record<string, string>> = { frequency_cap: 'cap', frequency_days: 'days' };
  const wrong = (read.error?.issues ?? []).map(({ path }) => names[String(path[0])] ?? String(path[0]));
  return {
    patch: read.data ?? {},
    wrong: new Set(rate === undefined ? [...wrong, 'rate'] : wrong),
  };
}
