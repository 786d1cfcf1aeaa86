export { senderPoolsQuery } from './api/sender-pools.ts';
