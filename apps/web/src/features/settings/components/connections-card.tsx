import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConnectionRow, connectionsQuery } from '#features/connections/index.ts';
import { useApi } from '#lib/services.tsx';

/** The numbers that campaigns can be sent from, and the way to their own page. */
export function ConnectionsCard() {
  const { t } = useTranslation();
  const connections = useQuery(connectionsQuery(useApi()));
  return (
    <Card
      title={t('settings.connections.title')}
      note={t('settings.connections.note')}
      action={
        <ButtonLink to="/connections" variant="secondary" size="sm">
          {t('settings.connections.all')}
        </ButtonLink>
      }
      flush
    >
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
                  <ConnectionRow key={connection.id} connection={connection} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </Card>
  );
}
