import type { MessageState } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '#components/ui/badge.tsx';

const tones: Record<MessageState, Tone> = {
  pending: 'neutral',
  claimed: 'neutral',
  sending: 'info',
  sent: 'info',
  delivered: 'success',
  read: 'success',
  failed: 'danger',
  dlq: 'danger',
  skipped: 'neutral',
  unknown: 'warning',
};

/** Where a recipient stands, in a word. */
export function StateBadge({ state }: { state: MessageState }) {
  const { t } = useTranslation();
  return <Badge tone={tones[state]}>{t(`campaigns.state.${state}`)}</Badge>;
}
