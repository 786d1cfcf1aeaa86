export { everywhere } from './addresses.ts';
export { phoneForms } from './phone-forms.ts';
export { resolvePeople } from './resolve-people.ts';
export type { ResolvedPerson } from './resolve-people.ts';
export { addressOf, hasAddress, sendAddresses } from './send-addresses.ts';
export { identityRoutes } from './routes.ts';
export { rememberReached } from './remember-reached.ts';
export { mergeByNetwork } from './merge/merge-by-network.ts';
