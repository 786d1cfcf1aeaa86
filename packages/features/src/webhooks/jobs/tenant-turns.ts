/** Who has a turn in this process: one tenant has so many at most. */
export interface TenantTurns {
  /** Answers whether there is a place for a turn of the tenant; whoever gets one must leave. */
  enter(tenantId: string): boolean;
  /** Answers whether another one of the tenant was refused meanwhile. */
  leave(tenantId: string): boolean;
}

/** Nobody has one. */
export function createTenantTurns(most: number): TenantTurns {
  const tenants = new Map<string, { turns: number; isWaitedFor: boolean }>();
  return {
    enter(tenantId) {
      const tenant = tenants.get(tenantId) ?? { turns: 0, isWaitedFor: false };
      if (tenant.turns >= most) {
        tenant.isWaitedFor = true;
        return false;
      }
      tenant.turns++;
      tenants.set(tenantId, tenant);
      return true;
    },
    leave(tenantId) {
      const tenant = tenants.get(tenantId);
      if (tenant === undefined) return false;
      const { isWaitedFor } = tenant;
      tenant.isWaitedFor = false;
      tenant.turns--;
      if (tenant.turns === 0) tenants.delete(tenantId);
      return isWaitedFor;
    },
  };
}
