/** One table of an export, read in the order of its key. */
export interface ExportedTable {
  readonly table: string;
  /** The column that holds the tenant. */
  readonly tenantColumn: string;
  /** The key's columns after the tenant: an index begins with the tenant, or the table is small. */
  readonly key: readonly string[];
  /** Columns that say nothing about the tenant's data, or that must not leave. */
  readonly without?: readonly string[];
}

/** Every table that is read by its key; the ledger is read campaign by campaign. */
export const exportedTables: readonly ExportedTable[] = [
  { table: 'tenants', tenantColumn: 'id', key: ['id'], without: ['deleting_at'] },
  { table: 'members', tenantColumn: 'tenant_id', key: ['user_id'] },
  { table: 'contacts', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'contact_tags', tenantColumn: 'tenant_id', key: ['tag', 'contact_id'] },
  { table: 'contact_identities', tenantColumn: 'tenant_id', key: ['kind', 'value', 'connection_id'] },
  { table: 'contact_merges', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'opt_out_proofs', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'opt_out_settings', tenantColumn: 'tenant_id', key: ['tenant_id'] },
  { table: 'conversations', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'conversation_messages', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'campaign_replies', tenantColumn: 'tenant_id', key: ['campaign_id', 'contact_id'] },
  { table: 'campaign_reply_counts', tenantColumn: 'tenant_id', key: ['campaign_id'] },
  { table: 'imports', tenantColumn: 'tenant_id', key: ['id'], without: ['file_key', 'fence'] },
  { table: 'import_errors', tenantColumn: 'tenant_id', key: ['import_id', 'row_number'] },
  { table: 'templates', tenantColumn: 'tenant_id', key: ['id'] },
  // Settings may hold what opens the tenant's account at a provider.
  { table: 'connections', tenantColumn: 'tenant_id', key: ['id'], without: ['settings'] },
  { table: 'connection_events', tenantColumn: 'tenant_id', key: ['connection_id', 'id'] },
  { table: 'network_templates', tenantColumn: 'tenant_id', key: ['connection_id', 'network_id'] },
  { table: 'template_syncs', tenantColumn: 'tenant_id', key: ['connection_id'] },
  { table: 'number_health', tenantColumn: 'tenant_id', key: ['connection_id'] },
  { table: 'sender_pools', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'sender_pool_members', tenantColumn: 'tenant_id', key: ['pool_id', 'connection_id'] },
  { table: 'campaigns', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'campaign_counters', tenantColumn: 'tenant_id', key: ['campaign_id'] },
  { table: 'holidays', tenantColumn: 'tenant_id', key: ['day'] },
  { table: 'message_contents', tenantColumn: 'tenant_id', key: ['message_id'] },
  { table: 'dead_letters', tenantColumn: 'tenant_id', key: ['message_id'] },
  { table: 'audit_log', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'webhook_endpoints', tenantColumn: 'tenant_id', key: ['id'], without: ['request_key'] },
  { table: 'webhook_events', tenantColumn: 'tenant_id', key: ['id'] },
  { table: 'webhook_deliveries', tenantColumn: 'tenant_id', key: ['id'], without: ['fence', 'lease_until'] },
  { table: 'webhook_attempts', tenantColumn: 'tenant_id', key: ['delivery_id', 'fence'] },
  { table: 'tasks', tenantColumn: 'tenant_id', key: ['seq'], without: ['file_key', 'context'] },
];

/** Read campaign by campaign, since no index of theirs begins with the tenant. */
export const ledgerTables = ['messages', 'message_attempts'] as const;

/** What belongs to the machinery: cursors, leases and doorbells, which mean nothing elsewhere. */
export const internalTables = [
  'campaign_heads',
  'claims',
  // How far limits and turns have got.
  'connection_days',
  'contact_senders',
  'contact_sends',
  'number_counts',
  'paces',
  'pool_turns',
  // Secrets, of use to nobody who cannot open them.
  'connection_codes',
  'connection_credentials',
  'connection_sessions',
  'event_heads',
  // Who is connected now.
  'event_streams',
  'events',
  'idempotency_keys',
  'import_matches',
  'lanes',
  'outbox',
  'session_keys',
  // Waits to be read; what it says is then in the tables above.
  'webhook_inbox',
  // Becomes webhook_events within a second.
  'webhook_facts',
  'webhook_secrets',
] as const;
