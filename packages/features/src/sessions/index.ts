export { connectSession } from './actions/connect-session.ts';
export { disconnectSession } from './actions/disconnect-session.ts';
export { createSessionCloseHandler, createSessionInitHandler } from './jobs/session-jobs.ts';
export { startSessionKeeper } from './session-keeper.ts';
export type { SessionKeeper, SessionKeeperDeps, SessionKeeperOptions } from './session-keeper.ts';
export type { SessionTimes } from './session-times.ts';
