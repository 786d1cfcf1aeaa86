export { ensureSimulator } from './actions/ensure-simulator.ts';
export { findConnection } from './queries.ts';
export type { ConnectionRow } from './queries.ts';
export { connectionRoutes } from './routes.ts';
