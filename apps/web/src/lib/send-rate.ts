import { decimalText, readDecimal } from './decimal.ts';

/** What a rate is counted by. Slow numbers send a few a minute, fast ones many a second. */
export type RateUnit = 'second' | 'minute';

/** A rate as it is typed; an empty text is no limit. */
export interface RateText {
  text: string;
  unit: RateUnit;
}

/** How a rate (messages a second) reads best: a whole number a second, else a minute. */
export function rateParts(perSecond: number): { value: number; unit: RateUnit } {
  const perMinute = perSecond * 60;
  const isPlain = perSecond >= 1 && Math.abs(perSecond * 10 - Math.round(perSecond * 10)) < 1e-6;
  if (isPlain) return { value: perSecond, unit: 'second' };
  const isWhole = Math.abs(perMinute - Math.round(perMinute)) < 0.01;
  return { value: isWhole ? Math.round(perMinute) : perMinute, unit: 'minute' };
}

/** A rate for its input; null is an empty one. */
export function rateText(perSecond: number | null, language: string): RateText {
  if (perSecond === null) return { text: '', unit: 'second' };
  const { value, unit } = rateParts(perSecond);
  return { text: decimalText(value, language), unit };
}

/** Messages a second, null for no limit; undefined for what is no rate above 0 and up to `most` a second. */
export function readRate({ text, unit }: RateText, most: number): number | null | undefined {
  if (text.trim() === '') return null;
  const value = readDecimal(text);
  if (value === undefined) return undefined;
  const perSecond = unit === 'minute' ? value / 60 : value;
  return perSecond > 0 && perSecond <= most ? perSecond : undefined;
}
