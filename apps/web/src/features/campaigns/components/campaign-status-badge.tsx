import type { CampaignStatus } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '#components/ui/badge.tsx';

const tones: Record<CampaignStatus, Tone> = {
  draft: 'neutral',
  scheduled: 'info',
  preparing: 'info',
  running: 'info',
  paused: 'warning',
  completed: 'success',
  cancelled: 'neutral',
  failed: 'danger',
};

/** Where a campaign stands, in a word. */
export function CampaignStatusBadge({ status }: { status: CampaignStatus }) {
  const { t } = useTranslation();
  const isMoving = status === 'running' || status === 'preparing';
  return (
    <Badge tone={tones[status]}>
      {isMoving ? <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-current" /> : null}
      {t(`campaigns.status.${status}`)}
    </Badge>
  );
}
