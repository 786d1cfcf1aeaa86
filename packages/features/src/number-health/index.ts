export { countAnswers, createHealthCounter } from './health-counts.ts';
export type { HealthCounter } from './health-counts.ts';
export { healthRules } from './judge.ts';
export { judgeNumbers } from './judge-numbers.ts';
export { readHealth } from './read-health.ts';
