export type { InvariantResult, VerifyReport } from './invariants.ts';
export { burstShare01 } from './journal-view.ts';
export { verifyLedger } from './verify-ledger.ts';
export type { VerifyOptions } from './verify-ledger.ts';
