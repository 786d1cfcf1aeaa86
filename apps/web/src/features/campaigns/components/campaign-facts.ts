import type { CampaignCounters, CampaignStatus } from '@zaphub/types';
import type { Segment } from '#components/ui/progress.tsx';

/** Whether a campaign's numbers are moving, or about to. */
export function isActive(status: CampaignStatus): boolean {
  return status === 'preparing' || status === 'running';
}

/** Whether nothing will happen to it any more. */
export function isOver(status: CampaignStatus): boolean {
  return status === 'completed' || status === 'cancelled' || status === 'failed';
}

/** Recipients whose outcome is settled. */
export function doneOf(counters: CampaignCounters): number {
  return counters.total - counters.open;
}

/** Share of the recipients whose outcome is settled, 0…1; 0 while there are none. */
export function done01(counters: CampaignCounters): number {
  return counters.total === 0 ? 0 : doneOf(counters) / counters.total;
}

/** The parts of the progress bar, best outcome first. */
export function segmentsOf(counters: CampaignCounters): Segment[] {
  const share = (count: number) => (counters.total === 0 ? 0 : count / counters.total);
  return [
    { key: 'read', ratio01: share(counters.read), tone: 'primary' },
    { key: 'delivered', ratio01: share(counters.delivered), tone: 'delivered' },
    { key: 'sent', ratio01: share(counters.sent), tone: 'info' },
    { key: 'skipped', ratio01: share(counters.skipped), tone: 'neutral' },
    { key: 'unknown', ratio01: share(counters.unknown), tone: 'warning' },
    { key: 'failed', ratio01: share(counters.failed + counters.dlq), tone: 'danger' },
  ];
}
