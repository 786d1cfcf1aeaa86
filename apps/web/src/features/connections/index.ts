export { applyConnectionEvent } from './api/apply-connection-event.ts';
export { numberLimitsQuery } from './api/limits.ts';
export { connectionsQuery } from './api/list-connections.ts';
export { networkTemplatesQuery, useSyncTemplates } from './api/network-templates.ts';
export { ConnectionRow } from './components/connection-row.tsx';
export {
  statusTones,
  useConnectionSummary,
  useHoldEndWords,
  useHoldWords,
  useStatusWords,
} from './components/connection-words.ts';
export { ConnectionStatusBadge } from './components/status-badge.tsx';
export { useTemplateWords } from './components/template-words.ts';
