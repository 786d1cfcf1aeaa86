export { ensureSimulator } from './actions/ensure-simulator.ts';
export { holdConnection } from './actions/hold-connection.ts';
export type { HoldInput } from './actions/hold-connection.ts';
export { releaseConnection } from './actions/release-connection.ts';
export { publishConnection, recordConnectionEvent } from './connection-log.ts';
export { presentConnection } from './present.ts';
export { findConnection } from './queries.ts';
export type { ConnectionRow } from './queries.ts';
export { connectionRoutes } from './routes.ts';
