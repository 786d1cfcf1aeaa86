import type { Conversation } from '@zaphub/types';
import { CornerUpLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { cn } from '#lib/class-names.ts';
import { formatPhone } from '#lib/format.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { kindWords } from './message-words.ts';

interface ConversationListProps {
  conversations: readonly Conversation[];
  /** The one that is open. */
  openId: string | undefined;
  /** The filter in the address, kept when one is opened. */
  search: string;
}

/** Who wrote, what they wrote last, and how much of it nobody has read. */
export function ConversationList({ conversations, openId, search }: ConversationListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  return (
    <ul aria-label={t('inbox.title')} className="divide-y">
      {conversations.map((conversation) => {
        const { last_message: last, unread } = conversation;
        return (
          <li key={conversation.id}>
            <Link
              to={{ pathname: `/inbox/${conversation.id}`, search }}
              aria-current={conversation.id === openId ? 'page' : undefined}
              className="flex gap-3 px-4 py-3 -outline-offset-2 hover:bg-muted/60 aria-[current=page]:bg-primary-soft"
            >
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline gap-2">
                  <span className={cn('truncate text-sm', unread > 0 ? 'font-semibold' : 'font-medium')}>
                    {nameOf(conversation) ?? t('inbox.hidden')}
                  </span>
                  <span className="ml-auto shrink-0 text-xs text-muted-foreground">
                    {format.ago(last.at, now)}
                  </span>
                </span>
                <span className="mt-0.5 flex items-center gap-2">
                  <span className="min-w-0 flex-1 truncate text-[0.8125rem] text-muted-foreground">
                    {last.direction === 'out' ? (
                      <CornerUpLeft aria-label={t('inbox.ours')} className="mr-1 inline size-3.5" />
                    ) : null}
                    {last.text ?? kindWords(t, last.kind)}
                  </span>
                  {unread > 0 ? (
                    <span className="flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-primary px-1.5 text-xs font-semibold text-primary-foreground tabular-nums">
                      <span aria-hidden>{format.number(unread)}</span>
                      <span className="sr-only">{t('inbox.unread', { count: unread })}</span>
                    </span>
                  ) : null}
                </span>
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** What to call whom a conversation is with; `null` when the network hides both. */
export function nameOf({ contact }: Conversation): string | null {
  return contact.name ?? (contact.phone === null ? null : formatPhone(contact.phone));
}
