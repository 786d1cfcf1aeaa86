import type { DeadLetterCause } from '@zaphub/types';
import { RotateCcw, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { useAdvice, useReasonWords } from './failure-words.ts';
import { useDealWith } from './use-deal-with.ts';

/** Messages that failed for one reason: how many, why, what can be done, and doing it. */
export function CauseCard({ cause }: { cause: DeadLetterCause }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const canAct = useCan('operator');
  const reason = useReasonWords()(cause.code);
  const advice = useAdvice()(cause.class, cause.code);
  const [asking, setAsking] = useState<'redrive' | 'discard' | undefined>();
  const deal = useDealWith(() => setAsking(undefined));
  const { campaign_id, connection_id, code, count } = cause;
  const selection = { cause: { campaign_id, connection_id, code } };
  const where = cause.is_direct ? t('failures.direct') : cause.campaign_name;
  return (
    <li className="card flex flex-col gap-3 p-4 sm:p-5">
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h2 className="text-[0.9375rem] font-semibold tracking-tight text-pretty">{reason}</h2>
          <p className="mt-1 text-[0.8125rem] text-pretty text-muted-foreground">{advice}</p>
        </div>
        <p className="shrink-0 text-right">
          <span className="block text-xl leading-none font-semibold tabular-nums">
            {format.number(count)}
          </span>
          <span className="text-[0.75rem] text-muted-foreground">{t('failures.messages', { count })}</span>
        </p>
      </div>
      <p className="text-[0.8125rem] text-pretty text-muted-foreground">
        {[
          t('failures.where', { campaign: where, connection: cause.connection_name }),
          t('failures.last', { ago: format.ago(cause.last_at, now) }),
          ...(cause.provider_codes.length === 0
            ? []
            : [t('failures.providerCode', { codes: cause.provider_codes.join(', ') })]),
        ].join(' · ')}
      </p>
      <div className="flex flex-wrap gap-2">
        {canAct ? (
          <Button size="sm" onClick={() => setAsking('redrive')}>
            <RotateCcw aria-hidden />
            {t('failures.redrive')}
          </Button>
        ) : null}
        <ButtonLink
          size="sm"
          variant="secondary"
          to={`/failures/messages?${new URLSearchParams({ campaign_id, connection_id, code }).toString()}`}
        >
          <UsersRound aria-hidden />
          {t('failures.who')}
        </ButtonLink>
        {canAct ? (
          <Button size="sm" variant="dangerGhost" onClick={() => setAsking('discard')}>
            <Trash2 aria-hidden />
            {t('failures.discard')}
          </Button>
        ) : null}
      </div>
      <ConfirmDialog
        open={asking === 'redrive'}
        onOpenChange={(open) => setAsking(open ? 'redrive' : undefined)}
        title={t('failures.askRedrive.title', { count })}
        confirmLabel={t('failures.redrive')}
        cancelLabel={t('common.action.cancel')}
        busy={deal.isBusy}
        onConfirm={() => deal.redrive(selection)}
      >
        <p>{t('failures.askRedrive.body')}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'discard'}
        onOpenChange={(open) => setAsking(open ? 'discard' : undefined)}
        title={t('failures.askDiscard.title', { count })}
        confirmLabel={t('failures.discard')}
        cancelLabel={t('common.action.cancel')}
        tone="danger"
        busy={deal.isBusy}
        onConfirm={() => deal.discard(selection)}
      >
        <p>{t('failures.askDiscard.body')}</p>
      </ConfirmDialog>
    </li>
  );
}
