import type { EventLog, StoredEvent } from './event-log.ts';

/** An event log inside one process; `publish` is its only writer. */
export interface MemoryEventLog extends EventLog {
  publish(tenantId: string, topic: string, type: string, payload: unknown): Promise<number>;
  /** Forgets a tenant's events up to and including an offset. */
  forget(tenantId: string, throughOffset: number): Promise<void>;
}

interface TenantEvents {
  lastOffset: number;
  events: StoredEvent[];
}

/** Keeps the newest `keepEvents` (default 1,000) of each tenant; gone with the process, hence the epoch. */
export function createMemoryEventLog(options: { epoch: number; keepEvents?: number }): MemoryEventLog {
  const keepEvents = options.keepEvents ?? 1000;
  const tenants = new Map<string, TenantEvents>();
  const listeners = new Set<(tenantId: string, offset: number) => void>();
  const eventsOf = (tenantId: string): TenantEvents => {
    const known = tenants.get(tenantId) ?? { lastOffset: 0, events: [] };
    tenants.set(tenantId, known);
    return known;
  };
  return {
    head: (tenantId) => Promise.resolve({ epoch: options.epoch, lastOffset: eventsOf(tenantId).lastOffset }),
    read: (tenantId, afterOffset, limit) =>
      Promise.resolve({
        epoch: options.epoch,
        events: eventsOf(tenantId)
          .events.filter((event) => event.offset > afterOffset)
          .slice(0, limit),
      }),
    listen(onNews) {
      listeners.add(onNews);
      return Promise.resolve({
        close: () => {
          listeners.delete(onNews);
          return Promise.resolve();
        },
      });
    },
    publish(tenantId, topic, type, payload) {
      const tenant = eventsOf(tenantId);
      tenant.lastOffset += 1;
      tenant.events.push({ offset: tenant.lastOffset, topic, type, payload });
      if (tenant.events.length > keepEvents) tenant.events.shift();
      for (const onNews of listeners) onNews(tenantId, tenant.lastOffset);
      return Promise.resolve(tenant.lastOffset);
    },
    forget(tenantId, throughOffset) {
      const tenant = eventsOf(tenantId);
      tenant.events = tenant.events.filter((event) => event.offset > throughOffset);
      return Promise.resolve();
    },
  };
}
