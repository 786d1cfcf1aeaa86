import { standardWarmUp } from '@zaphub/types';

const dayMs = 86_400_000;

/** One day of a warm-up. */
export interface RampDay {
  /** Counted from 1. */
  nth: number;
  /** `YYYY-MM-DD`. */
  date: string;
  most: number;
  when: 'past' | 'today' | 'coming';
}

/** The days of a plan that begins on a day, as seen on `today`; both `YYYY-MM-DD` of the number's zone. */
export function rampOf(plan: readonly number[], from: string, today: string): RampDay[] {
  return plan.map((most, index) => {
    const date = new Date(Date.parse(from) + index * dayMs).toISOString().slice(0, 10);
    return { nth: index + 1, date, most, when: date === today ? 'today' : date < today ? 'past' : 'coming' };
  });
}

/** Whether a plan is the built-in one. */
export function isStandard(plan: readonly number[]): boolean {
  return plan.join() === standardWarmUp.join();
}

/** Reads a plan of one's own: whole numbers apart by anything, one a day; undefined when they make no plan. */
export function readPlan(text: string): number[] | undefined {
  const days = text
    .split(/[^\d]+/)
    .filter((part) => part !== '')
    .map(Number);
  const fits = days.length > 0 && days.length <= 365 && days.every((most) => most >= 1 && most <= 1_000_000);
  return fits ? days : undefined;
}
