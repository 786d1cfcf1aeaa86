import type { Connection } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Badge } from '#components/ui/badge.tsx';
import { statusTones } from './connection-words.ts';

/** The state of a connection; a held one says so first. */
export function ConnectionStatusBadge({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  if (connection.hold !== null && statusTones[connection.status] === 'success') {
    return <Badge tone="warning">{t('connections.hold.badge')}</Badge>;
  }
  return <Badge tone={statusTones[connection.status]}>{t(`connections.status.${connection.status}`)}</Badge>;
}
