import type { Connection, NetworkTemplate, NetworkTemplateList } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#components/copy-button.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useCan } from '#lib/workspace.ts';
import { networkTemplatesQuery, useSyncTemplates } from '../api/network-templates.ts';
import { useTemplateWords } from './template-words.ts';

/** What only a number of the Cloud API has: the address that Meta must be told, and the templates it approves. */
export function CloudCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const canSync = useCan('operator');
  const sync = useSyncTemplates(connection.id);
  const templates = useQuery(networkTemplatesQuery(useApi(), connection.id));
  const address = `${window.location.origin}/webhooks/cloud-api/${connection.id}`;
  return (
    <>
      <Card title={t('connections.webhook.title')} note={t('connections.webhook.note')}>
        <p className="flex min-w-0 items-center gap-2">
          <code className="min-w-0 flex-1 text-sm break-all">{address}</code>
          <CopyButton text={address} label={t('connections.webhook.copy')} />
        </p>
      </Card>
      <Card
        title={t('connections.templates.title')}
        note={t('connections.templates.note')}
        flush
        action={
          canSync ? (
            <Button size="sm" variant="secondary" busy={sync.isPending} onClick={() => sync.mutate()}>
              {t('connections.templates.sync')}
            </Button>
          ) : undefined
        }
      >
        <div>
          <QueryView
            query={templates}
            what={t('connections.templates.failed')}
            skeleton={<RowsSkeleton rows={3} />}
          >
            {(list) => <Templates list={list} />}
          </QueryView>
        </div>
      </Card>
    </>
  );
}

function Templates({ list }: { list: NetworkTemplateList }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const reason = list.error === null ? undefined : `campaigns.reason.${list.error.code}`;
  return (
    <>
      {reason === undefined ? null : (
        <p className="border-b px-4 py-3 text-sm text-danger-text sm:px-5">
          {i18n.exists(reason) ? t(reason) : list.error?.code}
        </p>
      )}
      {list.data.length === 0 ? (
        <p className="px-5 py-5 text-sm text-muted-foreground">{t('connections.templates.empty')}</p>
      ) : (
        <ul className="divide-y">
          {list.data.map((template) => (
            <Template key={template.id} template={template} />
          ))}
        </ul>
      )}
      {list.synced_at === null ? null : (
        <p className="border-t px-4 py-2.5 text-xs text-muted-foreground sm:px-5">
          {t('connections.templates.syncedAt', { time: format.dateTime(list.synced_at) })}
        </p>
      )}
    </>
  );
}

const tones: Readonly<Record<string, 'success' | 'warning' | 'danger'>> = {
  APPROVED: 'success',
  PENDING: 'warning',
  PAUSED: 'warning',
  REJECTED: 'danger',
  DISABLED: 'danger',
};

function Template({ template }: { template: NetworkTemplate }) {
  const words = useTemplateWords();
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3 sm:px-5">
      <span className="text-sm font-medium">{template.name}</span>
      <span className="text-xs text-muted-foreground">
        {template.language} · {words.category(template)}
      </span>
      <Badge tone={tones[template.status] ?? 'neutral'}>{words.status(template)}</Badge>
      <p className="w-full text-sm text-pretty whitespace-pre-line text-muted-foreground">{template.body}</p>
    </li>
  );
}
