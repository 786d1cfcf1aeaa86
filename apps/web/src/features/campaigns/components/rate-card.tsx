import type { Campaign } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { RateField } from '#components/rate-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { rateText, readRate } from '#lib/send-rate.ts';
import { useRateWords } from '#lib/use-rate-words.ts';
import { useCan } from '#lib/workspace.ts';
import { useSetRate } from '../api/set-rate.ts';
import { isOver } from './campaign-facts.ts';

/** As the contract has it. */
const fastestPerSecond = 10_000;

/** How fast a campaign is sent: shown, and changed also while it is being sent. */
export function RateCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const rateWords = useRateWords();
  const canSend = useCan('operator');
  const [isEditing, setEditing] = useState(false);
  const { rate_per_second: rate } = campaign;
  return (
    <Card title={t('campaigns.rate.title')}>
      {isEditing ? (
        <RateForm campaign={campaign} onDone={() => setEditing(false)} />
      ) : (
        <div className="flex flex-col items-start gap-3 text-sm">
          <p className={rate === null ? 'text-muted-foreground' : 'font-medium tabular-nums'}>
            {rate === null ? t('campaigns.details.speedFree') : rateWords(rate)}
          </p>
          {canSend && !isOver(campaign.status) ? (
            <Button variant="secondary" size="sm" onClick={() => setEditing(true)}>
              {t('campaigns.rate.change')}
            </Button>
          ) : null}
        </div>
      )}
    </Card>
  );
}

function RateForm({ campaign, onDone }: { campaign: Campaign; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const rateWords = useRateWords();
  const toastError = useToastError();
  const save = useSetRate(campaign.id);
  const [value, setValue] = useState(() => rateText(campaign.rate_per_second, i18n.language));
  const rate = readRate(value, fastestPerSecond);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (rate === undefined) return;
    save.mutate(rate, {
      onSuccess: () => {
        toast.success(
          rate === null ? t('campaigns.rate.freed') : t('campaigns.rate.saved', { rate: rateWords(rate) }),
        );
        onDone();
      },
      onError: (error) => toastError(t('campaigns.rate.failed'), error),
    });
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <RateField
        label={t('campaigns.rate.most')}
        hint={t('campaigns.rate.hint')}
        error={rate === undefined ? t('common.rate.wrong', { max: fastestPerSecond }) : undefined}
        value={value}
        onChange={setValue}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="sm" busy={save.isPending} disabled={rate === undefined}>
          {t('campaigns.rate.save')}
        </Button>
        <Button variant="secondary" size="sm" disabled={save.isPending} onClick={onDone}>
          {t('common.action.cancel')}
        </Button>
      </div>
    </form>
  );
}
