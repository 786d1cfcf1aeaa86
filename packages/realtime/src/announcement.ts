const pattern = /^([0-9a-f-]{36}) (\d{1,15})$/;

/** Reads `tenant offset`, as Postgres and Redis announce new events; `undefined` for anything else. */
export function parseAnnouncement(text: string): { tenantId: string; offset: number } | undefined {
  const [, tenantId, offset] = pattern.exec(text) ?? [];
  return tenantId === undefined ? undefined : { tenantId, offset: Number(offset) };
}
