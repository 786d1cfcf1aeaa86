import type { Connection } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Badge, type Tone } from '#components/ui/badge.tsx';
import { Card } from '#components/ui/card.tsx';
import { connectionsQuery } from '#features/campaigns/index.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';

const tones: Record<Connection['status'], Tone> = {
  created: 'neutral',
  connecting: 'info',
  connected: 'success',
  degraded: 'warning',
  stopped: 'danger',
};

/** The numbers that campaigns can be sent from. */
export function ConnectionsCard() {
  const { t } = useTranslation();
  const format = useFormat();
  const connections = useQuery(connectionsQuery(useApi()));
  return (
    <Card title={t('settings.connections.title')} note={t('settings.connections.note')} flush>
      <div>
        <QueryView
          query={connections}
          what={t('settings.connections.failed')}
          skeleton={<RowsSkeleton rows={1} />}
        >
          {(page) =>
            page.data.length === 0 ? (
              <p className="px-5 py-5 text-sm text-muted-foreground">{t('settings.connections.empty')}</p>
            ) : (
              <ul className="divide-y">
                {page.data.map((connection) => (
                  <li key={connection.id} className="flex min-h-16 items-center gap-3.5 px-4 py-3 sm:px-5">
                    <span
                      aria-hidden
                      className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-muted text-muted-foreground"
                    >
                      <Smartphone className="size-4.5" strokeWidth={1.8} />
                    </span>
                    <div className="min-w-0 flex-1">
                      <p className="truncate text-sm font-medium">{connection.name}</p>
                      <p className="truncate text-[0.8125rem] text-muted-foreground">
                        {[
                          t(`settings.provider.${connection.provider}`),
                          ...(connection.rate_per_second === null
                            ? []
                            : [
                                t('settings.connections.rate', {
                                  rate: format.number(connection.rate_per_second),
                                }),
                              ]),
                        ].join(' · ')}
                      </p>
                    </div>
                    <Badge tone={tones[connection.status]}>
                      {t(`settings.connectionStatus.${connection.status}`)}
                    </Badge>
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </Card>
  );
}
