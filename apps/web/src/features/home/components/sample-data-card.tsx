import { useQuery } from '@tanstack/react-query';
import { Sparkles } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { useAddSampleData } from '../api/add-sample-data.ts';
import { checklistQuery } from '../api/get-checklist.ts';

/** Offered while there is nothing to play with. */
export function SampleDataCard() {
  const { t } = useTranslation();
  const canAdd = useCan('operator');
  const toastError = useToastError();
  const checklist = useQuery(checklistQuery(useApi())).data;
  const add = useAddSampleData();
  if (!canAdd || checklist === undefined || checklist.contacts) return null;
  return (
    <section className="card flex flex-col gap-4 border-primary/25 bg-primary-soft/40 p-5 sm:flex-row sm:items-center">
      <span
        aria-hidden
        className="hidden size-11 shrink-0 items-center justify-center rounded-xl bg-primary-soft text-primary-text sm:flex"
      >
        <Sparkles className="size-5" />
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="text-[0.9375rem] font-semibold tracking-tight">{t('home.sample.title')}</h2>
        <p className="mt-0.5 text-sm text-pretty text-muted-foreground">{t('home.sample.note')}</p>
      </div>
      <Button
        variant="secondary"
        busy={add.isPending}
        onClick={() =>
          add.mutate(undefined, {
            onSuccess: ({ contacts }) => toast.success(t('home.sample.done', { count: contacts })),
            onError: (error) => toastError(t('home.sample.failed'), error),
          })
        }
      >
        {t('home.sample.action')}
      </Button>
    </section>
  );
}
