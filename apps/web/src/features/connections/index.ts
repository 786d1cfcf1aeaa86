export { applyConnectionEvent } from './api/apply-connection-event.ts';
export { connectionsQuery } from './api/list-connections.ts';
export { networkTemplatesQuery, useSyncTemplates } from './api/network-templates.ts';
export { ConnectionRow } from './components/connection-row.tsx';
export {
  statusTones,
  useConnectionSummary,
  useHoldWords,
  useStatusWords,
} from './components/connection-words.ts';
export { ConnectionStatusBadge } from './components/status-badge.tsx';
export { useTemplateWords } from './components/template-words.ts';
