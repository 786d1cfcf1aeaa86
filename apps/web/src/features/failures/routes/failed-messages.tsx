import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { failedMessagesQuery } from '../api/failures.ts';
import { FailedMessageRow } from '../components/failed-message-row.tsx';
import { useReasonWords } from '../components/failure-words.ts';

/** The people of one cause. */
export function FailedMessagesRoute() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const cause = {
    campaign_id: parameters.get('campaign_id') ?? '',
    connection_id: parameters.get('connection_id') ?? '',
    code: parameters.get('code') ?? '',
  };
  // The address says which: whatever is wrong in it, the api answers that there is no such thing.
  const options = failedMessagesQuery(
    useApi(),
    cause as Parameters<typeof failedMessagesQuery>[1],
    parameters.get('after') ?? undefined,
  );
  const messages = useQuery(options);
  const reason = useReasonWords()(cause.code);
  return (
    <Page title={t('failures.people')} note={reason} back={{ to: '/failures', label: t('failures.title') }}>
      <div className="card overflow-hidden">
        <QueryView query={messages} what={t('failures.failed')} skeleton={<RowsSkeleton rows={6} />}>
          {(page) =>
            page.data.length === 0 ? (
              <EmptyState icon={<CircleCheck />} title={t('failures.emptyCause')} />
            ) : (
              <ul className="divide-y" aria-label={t('failures.people')}>
                {page.data.map((message) => (
                  <FailedMessageRow key={message.message_id} message={message} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      <Pager nextCursor={messages.data?.next_cursor ?? null} />
    </Page>
  );
}
