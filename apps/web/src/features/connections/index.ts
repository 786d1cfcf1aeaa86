export { applyConnectionEvent } from './api/apply-connection-event.ts';
export { connectionsQuery } from './api/list-connections.ts';
export { ConnectionRow } from './components/connection-row.tsx';
