import type { Connection, NumberLimits } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { QueryView } from '#components/query-view.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useCan } from '#lib/workspace.ts';
import { numberLimitsQuery, useSetNumberLimits } from '../api/limits.ts';
import { WarmUpForm } from './warm-up-form.tsx';
import { WarmUpRamp } from './warm-up-ramp.tsx';
import { rampOf } from './warm-up-values.ts';

/** The days in which a new number begins slowly: the whole plan, today in it, and the ways to change it. */
export function WarmUpCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const canEdit = useCan('admin');
  const limits = useQuery(numberLimitsQuery(useApi(), connection.id));
  const [isEditing, setEditing] = useState(false);
  return (
    <Card title={t('connections.warmUp.title')} note={t('connections.warmUp.note')}>
      <QueryView
        query={limits}
        what={t('connections.limits.failed')}
        skeleton={<Skeleton className="h-20 rounded-xl" />}
      >
        {(loaded) =>
          isEditing ? (
            <WarmUpForm connectionId={connection.id} limits={loaded} onDone={() => setEditing(false)} />
          ) : (
            <div className="flex flex-col gap-4">
              <Plan limits={loaded} />
              {canEdit ? (
                <div className="flex flex-wrap gap-2">
                  <Button variant="secondary" size="sm" onClick={() => setEditing(true)}>
                    {t(loaded.warm_up === null ? 'connections.warmUp.start' : 'connections.warmUp.change')}
                  </Button>
                  {loaded.warm_up === null ? null : <EndWarmUp connectionId={connection.id} />}
                </div>
              ) : null}
            </div>
          )
        }
      </QueryView>
    </Card>
  );
}

function Plan({ limits }: { limits: NumberLimits }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { warm_up: plan, warm_up_from: from, today } = limits;
  if (plan === null || from === null) {
    return <p className="text-sm text-muted-foreground">{t('connections.warmUp.none')}</p>;
  }
  const days = rampOf(plan, from, today);
  const now = days.find(({ when }) => when === 'today');
  return (
    <>
      <p className="text-sm font-medium text-pretty">
        {now !== undefined
          ? t('connections.warmUp.day', {
              nth: format.number(now.nth),
              days: format.number(days.length),
              most: format.number(limits.cap_today ?? now.most),
            })
          : from > today
            ? t('connections.warmUp.begins', { day: format.day(from), most: format.number(plan[0] ?? 0) })
            : t('connections.warmUp.over')}
      </p>
      <WarmUpRamp days={days} />
    </>
  );
}

function EndWarmUp({ connectionId }: { connectionId: string }) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const save = useSetNumberLimits(connectionId);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="ghost" size="sm" onClick={() => setAsking(true)}>
        {t('connections.warmUp.end')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('connections.warmUp.endTitle')}
        confirmLabel={t('connections.warmUp.end')}
        cancelLabel={t('common.action.cancel')}
        tone="danger"
        busy={save.isPending}
        onConfirm={() =>
          save.mutate(
            { warm_up: null },
            {
              onSuccess: () => toast.success(t('connections.warmUp.ended')),
              onError: (error) => toastError(t('connections.limits.saveFailed'), error),
              onSettled: () => setAsking(false),
            },
          )
        }
      >
        <p>{t('connections.warmUp.endBody')}</p>
      </ConfirmDialog>
    </>
  );
}
