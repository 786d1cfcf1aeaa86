/** Where the cache keeps connections of one tenant. */
export const connectionKeys = {
  list: (tenantId: string | null) => [tenantId, 'connections', 'list'] as const,
  detail: (tenantId: string | null, id: string) => [tenantId, 'connections', 'detail', id] as const,
  health: (tenantId: string | null, id: string) => [tenantId, 'connections', 'health', id] as const,
  limits: (tenantId: string | null, id: string) => [tenantId, 'connections', 'limits', id] as const,
  templates: (tenantId: string | null, id: string) => [tenantId, 'connections', 'templates', id] as const,
  code: (tenantId: string | null, id: string) => [tenantId, 'connections', 'code', id] as const,
};
