export { audienceSource } from './audience-source.ts';
export { hasAnybody, sampleRecipients } from './queries.ts';
export { runPreflight } from './run-preflight.ts';
export { isReachable, skipReasonCase } from './skip-reason.ts';
export { sqlValues } from './sql-values.ts';
