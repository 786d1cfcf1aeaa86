import type { ContactMessages } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Card } from '#components/ui/card.tsx';
import { StateBadge } from '#features/campaigns/index.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useWorkspace } from '#lib/workspace.ts';
import { contactMessagesQuery } from '../api/contact.ts';

/** What campaigns had for a contact, and what became of it. */
export function MessagesCard({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const messages = useQuery(contactMessagesQuery(useApi(), contactId));
  return (
    <Card title={t('contacts.messages.title')} flush>
      <QueryView query={messages} what={t('contacts.messages.failed')} skeleton={<RowsSkeleton rows={3} />}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="px-5 py-4 text-sm text-muted-foreground">{t('contacts.messages.none')}</p>
          ) : (
            <ul className="divide-y">
              {data.map((message) => (
                <MessageRow key={message.id} message={message} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  );
}

function MessageRow({ message }: { message: ContactMessages['data'][number] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { tenant } = useWorkspace();
  const at = message.read_at ?? message.delivered_at ?? message.sent_at;
  const reason = `campaigns.reason.${message.reason ?? ''}`;
  return (
    <li className="flex items-start gap-3 px-4 py-3 text-sm sm:px-5">
      <div className="min-w-0 flex-1">
        <Link
          to={`/campaigns/${message.campaign.id}`}
          className="block min-h-6 truncate font-medium underline-offset-4 hover:underline"
        >
          {message.campaign.name}
        </Link>
        <p className="text-[0.8125rem] text-pretty text-muted-foreground empty:hidden">
          {message.reason === null ? null : i18n.exists(reason) ? t(reason) : message.reason}
          {message.reason === null && at !== null ? format.dateTime(at, tenant.timezone) : null}
        </p>
      </div>
      <StateBadge state={message.state} />
    </li>
  );
}
