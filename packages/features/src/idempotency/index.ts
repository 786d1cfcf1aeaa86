export { beginRequest, finishRequest, forgetRequest } from './requests.ts';
export type { BegunRequest, KeptAnswer, KeyedRequest } from './requests.ts';
export { deleteExpiredKeys } from './delete-expired-keys.ts';
export { fingerprintOf } from './fingerprint.ts';
export { subjectOf } from './subject-of.ts';
