import type { HubMetrics } from '@zaphub/realtime';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What the event streams of this process have told, to how many, and how soon. */
export function addEvents(registry: Registry, metrics: HubMetrics): void {
  const registers = [registry];
  const count = (name: string, help: string, value: number): void =>
    new Counter({ name, help, registers }).inc(value);
  new Gauge({ name: 'zaphub_event_streams', help: 'Open event streams', registers }).set(metrics.connections);
  new Gauge({ name: 'zaphub_event_tenants', help: 'Tenants with an open event stream', registers }).set(
    metrics.tenants,
  );
  count('zaphub_event_streams_opened_total', 'Event streams begun', metrics.opened);
  count('zaphub_events_told_total', 'Events handed out, whatever their readers', metrics.events);
  count('zaphub_events_coalesced_total', 'Events left out for a newer one', metrics.coalesced);
  count('zaphub_event_deliveries_total', 'Writes to readers', metrics.deliveries);
  count('zaphub_event_bytes_total', 'Bytes written to readers, without what HTTP adds', metrics.bytes);
  const closed = new Counter({
    name: 'zaphub_event_streams_closed_total',
    help: 'Event streams that ended, by reason; slow_reader are the drops',
    labelNames: ['reason'],
    registers,
  });
  for (const [reason, ended] of Object.entries(metrics.closed)) closed.inc({ reason }, ended);
  const resets = new Counter({
    name: 'zaphub_event_resets_total',
    help: 'Readers told to read everything again, by reason',
    labelNames: ['reason'],
    registers,
  });
  for (const [reason, readers] of Object.entries(metrics.resets)) resets.inc({ reason }, readers);
  const lag = new Gauge({
    name: 'zaphub_event_lag_seconds',
    help: 'From the announcement of events until they were written to everybody, of the newest 500',
    labelNames: ['quantile'],
    registers,
  });
  lag.set({ quantile: '0.5' }, metrics.lagMs.p50 / 1000);
  lag.set({ quantile: '0.99' }, metrics.lagMs.p99 / 1000);
  lag.set({ quantile: '1' }, metrics.lagMs.max / 1000);
}
