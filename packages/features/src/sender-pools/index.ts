export { saveSenderPool } from './actions/save-sender-pool.ts';
export { giveBackPoolTurn, takePoolTurn } from './pool-turn.ts';
export { getSenderPool } from './queries.ts';
export type { SenderPoolRow } from './queries.ts';
export { senderPoolRoutes } from './routes.ts';
export { watchPools } from './watch-pools.ts';
