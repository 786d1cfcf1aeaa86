export { saveSenderPool } from './actions/save-sender-pool.ts';
export { readPoolLines } from './pool-lines.ts';
export { poolPace } from './pool-pace.ts';
export { giveBackPoolTurn, takePoolTurn } from './pool-turn.ts';
export { getSenderPool } from './queries.ts';
export type { SenderPoolRow } from './queries.ts';
export { rememberSenders } from './remember-senders.ts';
export { senderPoolRoutes } from './routes.ts';
export { watchPools } from './watch-pools.ts';
