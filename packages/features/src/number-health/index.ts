export { countAnswers, createHealthCounter } from './health-counts.ts';
export type { HealthCounter, HealthCounts, HealthSubject } from './health-counts.ts';
export { judgeNumbers } from './judge-numbers.ts';
export { readHealth } from './read-health.ts';
export type { NumberHealth } from './read-health.ts';
