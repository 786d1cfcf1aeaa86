import { useQuery } from '@tanstack/react-query';
import { MessagesSquare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { contactConversationsQuery } from '#features/inbox/index.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';

/** The way to what a contact and we have written; nothing when nobody has. */
export function ContactConversations({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  const conversations = useQuery(contactConversationsQuery(useApi(), contactId));
  if (conversations.data === undefined || conversations.data.data.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {conversations.data.data.map((conversation) => (
        <li key={conversation.id}>
          <Link
            to={`/inbox/${conversation.id}`}
            className="flex items-center gap-3 rounded-xl border px-3 py-2 hover:bg-muted/60"
          >
            <MessagesSquare aria-hidden className="size-4 shrink-0 text-muted-foreground" />
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{t('contacts.details.conversation')}</span>
              <span className="block truncate text-[0.8125rem] text-muted-foreground">
                {conversation.last_message.text ?? ''}
              </span>
            </span>
            <span className="shrink-0 text-xs text-muted-foreground">
              {format.ago(conversation.last_message.at, now)}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
