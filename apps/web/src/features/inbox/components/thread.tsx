import type { Conversation } from '@zaphub/types';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ErrorState } from '#components/error-state.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { conversationMessagesQuery, useMarkRead } from '../api/conversations.ts';
import { Bubble } from './bubble.tsx';
import { nameOf } from './conversation-list.tsx';
import { ReplyForm } from './reply-form.tsx';
import { WaitingNote } from './waiting-note.tsx';

/** One conversation: what was written, the newest below, and where to answer. */
export function Thread({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const canReply = useCan('operator');
  const [parameters] = useSearchParams();
  const { contact } = conversation;
  useReadWhileOpen(conversation, canReply);
  return (
    <section
      aria-label={t('inbox.with', { name: nameOf(conversation) ?? t('inbox.hidden') })}
      className="flex min-h-0 flex-1 flex-col"
    >
      <header className="flex items-center gap-3 border-b px-4 py-3">
        <Link
          to={{ pathname: '/inbox', search: parameters.toString() }}
          aria-label={t('inbox.back')}
          className="-ml-1.5 flex size-8 items-center justify-center rounded-control hover:bg-muted md:hidden"
        >
          <ArrowLeft aria-hidden className="size-4.5" />
        </Link>
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-[0.9375rem] font-semibold">
            <Link to={`/contacts/${contact.id}`} className="underline-offset-4 hover:underline">
              {nameOf(conversation) ?? t('inbox.hidden')}
            </Link>
          </h2>
          {contact.name === null || contact.phone === null ? null : (
            <p className="truncate text-xs text-muted-foreground tabular-nums">
              {formatPhone(contact.phone)}
            </p>
          )}
        </div>
        {contact.opted_out_at === null ? null : <Badge tone="warning">{t('contacts.optedOut')}</Badge>}
      </header>
      <Messages id={conversation.id} connectionId={conversation.connection_id} />
      {canReply ? <ReplyForm key={conversation.id} conversation={conversation} /> : null}
    </section>
  );
}

function Messages({ id, connectionId }: { id: string; connectionId: string }) {
  const { t } = useTranslation();
  const messages = useInfiniteQuery(conversationMessagesQuery(useApi(), id));
  const scroller = useRef<HTMLDivElement>(null);
  const newestFirst = messages.data?.pages.flatMap((page) => page.data) ?? [];
  const newest = newestFirst[0]?.id;
  useEffect(() => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [newest]);
  return (
    <div
      ref={scroller}
      // Reached by the keyboard, so that it can be scrolled without a mouse.
      tabIndex={0}
      role="log"
      aria-label={t('inbox.messages')}
      className="flex min-h-48 flex-1 flex-col gap-3 overflow-y-auto bg-muted/30 px-4 py-4 -outline-offset-2"
    >
      {messages.hasNextPage ? (
        <Button
          variant="secondary"
          size="sm"
          className="self-center"
          busy={messages.isFetchingNextPage}
          onClick={() => void messages.fetchNextPage()}
        >
          {t('inbox.earlier')}
        </Button>
      ) : null}
      {messages.isPending ? (
        <div aria-busy className="flex flex-col gap-3">
          <Skeleton className="h-10 w-56 max-w-[70%] rounded-2xl" />
          <Skeleton className="h-10 w-40 max-w-[70%] self-end rounded-2xl" />
        </div>
      ) : messages.data === undefined ? (
        <ErrorState
          error={messages.error}
          what={t('inbox.failedMessages')}
          busy={messages.isFetching}
          onRetry={() => void messages.refetch()}
        />
      ) : (
        <ul className="mt-auto flex flex-col gap-3">
          {newestFirst.toReversed().map((message) => (
            <Bubble key={message.id} message={message} />
          ))}
        </ul>
      )}
      {newestFirst.some(({ state }) => state === 'pending') ? (
        <WaitingNote connectionId={connectionId} />
      ) : null}
    </div>
  );
}

/** Whoever has a conversation open has read it, also what comes meanwhile; not in a tab that nobody sees. */
function useReadWhileOpen({ id, unread }: Conversation, mayRead: boolean): void {
  const { mutate } = useMarkRead();
  useEffect(() => {
    if (!mayRead || unread === 0) return undefined;
    const read = (): void => {
      if (!document.hidden) mutate(id);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [id, unread, mayRead, mutate]);
}
