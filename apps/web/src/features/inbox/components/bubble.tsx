import type { ConversationMessage } from '@zaphub/types';
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';
import { messageWords } from './message-words.ts';

/** One message of a conversation, with when it came and what became of it. */
export function Bubble({ message }: { message: ConversationMessage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const isOurs = message.direction === 'out';
  const words = messageWords(t, message);
  return (
    <li className={cn('flex flex-col', isOurs ? 'items-end' : 'items-start')}>
      <div
        className={cn(
          'max-w-[85%] rounded-2xl px-3.5 py-2 text-sm leading-relaxed break-words whitespace-pre-wrap',
          isOurs ? 'rounded-br-md bg-primary-soft' : 'rounded-bl-md border bg-card',
        )}
      >
        <span className="sr-only">{isOurs ? t('inbox.weWrote') : t('inbox.theyWrote')} </span>
        {words}
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-2 px-1 text-xs text-muted-foreground">
        <time dateTime={message.at}>{format.dateTime(message.at)}</time>
        {isOurs ? <Fate message={message} /> : null}
        {!isOurs && message.campaign_id !== null ? (
          <Link
            to={`/campaigns/${message.campaign_id}`}
            className="inline-flex min-h-6 items-center underline underline-offset-2 hover:text-foreground"
          >
            {message.is_inferred ? t('inbox.probablyAnswers') : t('inbox.answers')}
          </Link>
        ) : null}
      </div>
    </li>
  );
}

function Fate({ message }: { message: ConversationMessage }) {
  const { t } = useTranslation();
  const { state } = message;
  if (state === null) return null;
  const isBad = state === 'failed' || state === 'dlq' || state === 'skipped' || state === 'unknown';
  const Icon = isBad
    ? CircleAlert
    : state === 'delivered' || state === 'read'
      ? CheckCheck
      : state === 'sent'
        ? Check
        : Clock;
  return (
    <span className={cn('inline-flex items-center gap-1', isBad && 'text-danger-text')}>
      <Icon aria-hidden className={cn('size-3.5', state === 'read' && 'text-info-text')} />
      {t(`campaigns.state.${state}`)}
    </span>
  );
}
