/** Where the cache keeps campaigns of one tenant. */
export const campaignKeys = {
  all: (tenantId: string | null) => [tenantId, 'campaigns'] as const,
  lists: (tenantId: string | null) => [tenantId, 'campaigns', 'list'] as const,
  detail: (tenantId: string | null, id: string) => [tenantId, 'campaigns', 'detail', id] as const,
  messages: (tenantId: string | null, id: string) => [tenantId, 'campaigns', 'messages', id] as const,
};
