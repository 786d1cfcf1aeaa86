export { lockFamilies } from './lock-families.ts';
export type { FamilyMember } from './lock-families.ts';
export { optIn, optOut } from './opt-out.ts';
export type { OptOutInput } from './opt-out.ts';
export { recordProofs } from './record-proofs.ts';
export type { OptOutChange, Proof } from './record-proofs.ts';
export { storableText } from './storable-text.ts';
export { createKeywordMatcher } from './keywords/keyword-matcher.ts';
export type { KeywordMatcher, KeywordWish, OwnWords } from './keywords/keyword-matcher.ts';
