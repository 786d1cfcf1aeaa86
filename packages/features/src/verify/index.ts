export { invariantNames } from './invariants.ts';
export type { InvariantName, InvariantResult, VerifyReport, Violation } from './invariants.ts';
export { burstShare01 } from './journal-view.ts';
export { verifyLedger } from './verify-ledger.ts';
export type { VerifyOptions } from './verify-ledger.ts';
