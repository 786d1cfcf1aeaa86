import type { ImportStatus } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '#components/ui/badge.tsx';

const tones: Record<ImportStatus, Tone> = {
  uploaded: 'warning',
  queued: 'info',
  running: 'info',
  completed: 'success',
  failed: 'danger',
  cancelled: 'neutral',
};

/** Where an import stands, in a word. */
export function ImportStatusBadge({ status }: { status: ImportStatus }) {
  const { t } = useTranslation();
  return <Badge tone={tones[status]}>{t(`imports.status.${status}`)}</Badge>;
}
