import type { Campaign, Message, MessageState } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Card } from '#components/ui/card.tsx';
import { Table, Td, Th, Tr } from '#components/ui/table.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { useFormat } from '#lib/use-format.ts';
import { useIsPhone } from '#lib/use-is-phone.ts';
import { useNow } from '#lib/use-now.ts';
import { messagesQuery } from '../api/list-messages.ts';
import { isActive } from './campaign-facts.ts';
import { StateBadge } from './state-badge.tsx';

const refreshMs = 3_000;
/** Longer than `refreshMs`: the last change is still fetched. */
const settledAfterMs = 7_000;

/** Who the campaign is for and what became of each, in plain words. */
export function Recipients({ campaign, state }: { campaign: Campaign; state: MessageState | undefined }) {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  const [parameters] = useSearchParams();
  const options = messagesQuery(useApi(), campaign.id, {
    state,
    cursor: parameters.get('after') ?? undefined,
  });
  const counted = JSON.stringify(campaign.counters);
  // Receipts change rows after the campaign has ended, too.
  const isMoving = useDebounced(counted, settledAfterMs) !== counted || isActive(campaign.status);
  // Single rows do not travel on the event stream: while numbers move, the page on screen is asked again.
  const messages = useQuery({ ...options, refetchInterval: isMoving ? refreshMs : false });
  const List = isPhone ? RecipientCards : RecipientTable;
  return (
    <div className="flex flex-col gap-3">
      <Card
        title={t('campaigns.recipients.title')}
        note={state === undefined ? t('campaigns.recipients.all') : t(`campaigns.state.${state}`)}
        flush
      >
        <div>
          <QueryView
            query={messages}
            what={t('campaigns.recipients.failed')}
            skeleton={<RowsSkeleton rows={6} />}
          >
            {(page) =>
              page.data.length === 0 ? (
                <EmptyState icon={<Inbox />} title={t('campaigns.recipients.empty')} />
              ) : (
                <List messages={page.data} />
              )
            }
          </QueryView>
        </div>
      </Card>
      <Pager nextCursor={messages.data?.next_cursor ?? null} />
    </div>
  );
}

function RecipientTable({ messages }: { messages: readonly Message[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(10_000);
  const why = useReason();
  return (
    <Table label={t('campaigns.recipients.title')}>
      <thead>
        <Tr>
          <Th>{t('campaigns.recipients.contact')}</Th>
          <Th>{t('campaigns.recipients.outcome')}</Th>
          <Th>{t('campaigns.recipients.why')}</Th>
          <Th className="text-right">{t('campaigns.recipients.when')}</Th>
        </Tr>
      </thead>
      <tbody>
        {messages.map((message) => {
          const at = lastTime(message);
          return (
            <Tr key={message.id}>
              <Td className="max-w-64">
                <span className="block truncate font-medium">
                  {message.contact_name ?? t('contacts.noName')}
                </span>
                <span className="block text-[0.8125rem] whitespace-nowrap text-muted-foreground tabular-nums">
                  {message.recipient === null ? t('contacts.noPhone') : formatPhone(message.recipient)}
                </span>
              </Td>
              <Td>
                <StateBadge state={message.state} />
              </Td>
              <Td className="min-w-48 text-pretty text-muted-foreground">{why(message)}</Td>
              <Td className="text-right whitespace-nowrap text-muted-foreground tabular-nums">
                {at === null ? '' : format.ago(at, now)}
              </Td>
            </Tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function RecipientCards({ messages }: { messages: readonly Message[] }) {
  const { t } = useTranslation();
  const why = useReason();
  return (
    <ul className="divide-y">
      {messages.map((message) => (
        <li key={message.id} className="px-4 py-3">
          <div className="flex items-start justify-between gap-3">
            <div className="min-w-0">
              <p className="truncate text-sm font-medium">{message.contact_name ?? t('contacts.noName')}</p>
              <p className="text-[0.8125rem] text-muted-foreground tabular-nums">
                {message.recipient === null ? t('contacts.noPhone') : formatPhone(message.recipient)}
              </p>
            </div>
            <StateBadge state={message.state} />
          </div>
          <p className="mt-1 text-[0.8125rem] text-pretty text-muted-foreground empty:hidden">
            {why(message)}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The reason of a row in the reader's words; a code without words yet is shown as it is. */
function useReason(): (message: Message) => string {
  const { t, i18n } = useTranslation();
  return ({ reason, attempts }) => {
    const words =
      reason === null
        ? ''
        : i18n.exists(`campaigns.reason.${reason}`)
          ? t(`campaigns.reason.${reason}`)
          : reason;
    const tries = attempts > 1 ? t('campaigns.recipients.attempts', { count: attempts }) : '';
    return [words, tries].filter((part) => part !== '').join(' · ');
  };
}

function lastTime(message: Message): string | null {
  return message.read_at ?? message.delivered_at ?? message.sent_at;
}
