import type { KernelEvent } from './kernel.ts';

/** What the kernel's events are written to; the product's logger fits. */
export interface KernelLog {
  debug(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** Writes one event: what opened and closed is for whoever debugs, what failed is for everybody. */
export function logKernelEvent(log: KernelLog, event: KernelEvent): void {
  switch (event.type) {
    case 'ready':
    case 'closed':
      log.debug(event.type, { plugin: event.plugin, ms: Math.round(event.tookMs) });
      return;
    case 'fallback':
    case 'failed':
    case 'close_failed':
      log.error(event.type, { plugin: event.plugin, error: event.error });
      return;
    default:
      event satisfies never;
  }
}
