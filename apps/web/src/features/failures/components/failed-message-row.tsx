import type { DeadLetter } from '@zaphub/types';
import { Pencil, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { formatPhone } from '#lib/format.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { NumberForm } from './number-form.tsx';
import { useDealWith } from './use-deal-with.ts';

/** One person who did not get the message, with what can be done for them. */
export function FailedMessageRow({ message }: { message: DeadLetter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const canAct = useCan('operator');
  const [isEditing, setIsEditing] = useState(false);
  const deal = useDealWith(() => undefined);
  const { obstacle } = message;
  const mayChangeNumber = obstacle !== 'contact_deleted' && obstacle !== 'opted_out';
  return (
    <li className="flex flex-col gap-2 px-4 py-3.5 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p className="truncate text-sm font-medium">{message.contact_name ?? t('contacts.noName')}</p>
          <p className="text-[0.8125rem] text-muted-foreground tabular-nums">
            {[
              message.recipient === null ? t('contacts.noPhone') : formatPhone(message.recipient),
              t('failures.tries', { count: message.requests }),
              format.ago(message.died_at, now),
            ].join(' · ')}
          </p>
        </div>
        {canAct ? (
          <div className="flex flex-wrap gap-2">
            {mayChangeNumber && !isEditing ? (
              <Button size="sm" variant="secondary" onClick={() => setIsEditing(true)}>
                <Pencil aria-hidden />
                {t('failures.number.edit')}
              </Button>
            ) : null}
            {obstacle === null ? (
              <Button
                size="sm"
                variant="secondary"
                busy={deal.isBusy}
                onClick={() => deal.redrive({ message_ids: [message.message_id] })}
              >
                <RotateCcw aria-hidden />
                {t('failures.redrive')}
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
      {obstacle === null ? null : (
        <p className="text-[0.8125rem] text-pretty text-muted-foreground">
          {t(`failures.obstacle.${obstacle}`)}
        </p>
      )}
      {isEditing ? <NumberForm message={message} onClose={() => setIsEditing(false)} /> : null}
    </li>
  );
}
