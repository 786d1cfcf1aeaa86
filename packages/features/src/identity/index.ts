export { addressesOf, everywhere } from './addresses.ts';
export type { SeenPerson } from './addresses.ts';
export { canonicalPhone, phoneForms } from './phone-forms.ts';
export { resolvePeople } from './resolve-people.ts';
export type { ResolvedPerson } from './resolve-people.ts';
export { addressOf, hasAddress, sendAddresses } from './send-addresses.ts';
export { identityRoutes } from './routes.ts';
export { rememberReached } from './remember-reached.ts';
export type { Reached } from './remember-reached.ts';
