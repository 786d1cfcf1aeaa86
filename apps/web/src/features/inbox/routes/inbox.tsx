import { useQuery } from '@tanstack/react-query';
import { Inbox, MessagesSquare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { cn } from '#lib/class-names.ts';
import { useApi } from '#lib/services.tsx';
import { conversationQuery, conversationsQuery } from '../api/conversations.ts';
import { ConversationList } from '../components/conversation-list.tsx';
import { Thread } from '../components/thread.tsx';

/** What people write: the list beside the open conversation; on a phone one after the other. */
export function InboxRoute() {
  const { t } = useTranslation();
  const { conversationId } = useParams();
  return (
    <Page
      title={t('inbox.title')}
      note={conversationId === undefined ? t('inbox.note') : undefined}
      width="wide"
    >
      <div className="grid gap-4 md:h-[calc(100dvh-11rem)] md:grid-cols-[20rem_minmax(0,1fr)]">
        <div
          className={cn(
            'card flex min-h-0 flex-col overflow-hidden',
            conversationId !== undefined && 'max-md:hidden',
          )}
        >
          <Conversations openId={conversationId} />
        </div>
        <div
          className={cn(
            'card flex min-h-0 flex-col overflow-hidden max-md:h-[calc(100dvh-17rem-env(safe-area-inset-bottom))] max-md:min-h-96',
            conversationId === undefined && 'max-md:hidden',
          )}
        >
          {conversationId === undefined ? (
            <EmptyState icon={<MessagesSquare />} title={t('inbox.choose.title')} className="my-auto">
              {t('inbox.choose.body')}
            </EmptyState>
          ) : (
            <OpenConversation id={conversationId} />
          )}
        </div>
      </div>
    </Page>
  );
}

function Conversations({ openId }: { openId: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const isUnread = parameters.get('show') === 'unread';
  const list = useQuery(
    conversationsQuery(useApi(), {
      ...(isUnread ? { unread: 'true' } : {}),
      cursor: parameters.get('after') ?? undefined,
    }),
  );
  return (
    <>
      <div className="border-b p-3">
        <Segmented
          label={t('inbox.show.label')}
          value={isUnread ? 'unread' : 'all'}
          onChange={(show) => void navigate({ search: show === 'unread' ? 'show=unread' : '' })}
          options={[
            { value: 'all', label: t('inbox.show.all') },
            { value: 'unread', label: t('inbox.show.unread') },
          ]}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto" aria-busy={list.isPlaceholderData}>
        <QueryView query={list} what={t('inbox.failed')} skeleton={<RowsSkeleton rows={5} />}>
          {(page) =>
            page.data.length === 0 ? (
              <EmptyState icon={<Inbox />} title={isUnread ? t('inbox.allRead') : t('inbox.empty.title')}>
                {isUnread ? null : t('inbox.empty.body')}
              </EmptyState>
            ) : (
              <>
                <ConversationList conversations={page.data} openId={openId} search={parameters.toString()} />
                <div className="p-3 empty:hidden">
                  <Pager nextCursor={page.next_cursor} />
                </div>
              </>
            )
          }
        </QueryView>
      </div>
    </>
  );
}

function OpenConversation({ id }: { id: string }) {
  const { t } = useTranslation();
  const conversation = useQuery(conversationQuery(useApi(), id));
  return (
    <QueryView query={conversation} what={t('inbox.failedMessages')} skeleton={<RowsSkeleton rows={4} />}>
      {(data) => <Thread conversation={data} />}
    </QueryView>
  );
}
