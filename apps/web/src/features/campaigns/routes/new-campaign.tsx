import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CalendarClock, Lock, Save, Send } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { toast } from 'sonner';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { templatesQuery } from '#features/templates/index.ts';
import { useDescribeError, useToastError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { useCan } from '#lib/workspace.ts';
import { createCampaign } from '../api/create-campaign.ts';
import { campaignKeys } from '../api/keys.ts';
import { type CampaignMove, moveCampaign } from '../api/move-campaign.ts';
import { type PreflightInput, preflightQuery } from '../api/preflight.ts';
import { CampaignForm } from '../components/campaign-form.tsx';
import { type CampaignValues, campaignValues, inputOf } from '../components/campaign-values.ts';
import { PreflightCard } from '../components/preflight-card.tsx';
import { SampleChat } from '../components/sample-chat.tsx';
import { filledBody } from '../components/template-places.ts';
import { ScheduleDialog } from '../components/schedule-dialog.tsx';
import { SendDialog } from '../components/send-dialog.tsx';

type Question = 'send' | 'schedule';

/** A new campaign: what, to whom, how fast; beside it who will and will not get it. */
export function NewCampaignRoute() {
  const { t } = useTranslation();
  const canSend = useCan('operator');
  return (
    <Page title={t('campaigns.new')} back={{ to: '/campaigns', label: t('campaigns.back') }} width="wide">
      {canSend ? (
        <NewCampaign />
      ) : (
        <EmptyState icon={<Lock />} title={t('common.forbidden.title')}>
          {t('campaigns.form.readOnly')}
        </EmptyState>
      )}
    </Page>
  );
}

function NewCampaign() {
  const { t } = useTranslation();
  const api = useApi();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const toastError = useToastError();
  const describe = useDescribeError();
  const [parameters] = useSearchParams();
  const [question, setQuestion] = useState<Question>();
  const [createdId, setCreatedId] = useState<string>();
  const form = useForm<CampaignValues>({
    resolver: zodResolver(campaignValues),
    defaultValues: {
      name: '',
      templateId: parameters.get('template') ?? '',
      senderId: '',
      content: 'own',
      network: null,
      audience: parameters.has('tag') ? 'tag' : 'all',
      tag: parameters.get('tag') ?? '',
      speed: 'fast',
      rate: 5,
      unknownPolicy: 'at_most_once',
    },
  });
  const { isDirty } = form.formState;
  const templates = useQuery(templatesQuery(api, { limit: 200 }));
  const values = useDebounced(form.watch(), 200);
  const input = inputOf(values);
  const preflight = useQuery({ ...preflightQuery(api, withoutName(input)), enabled: input !== undefined });
  const ready =
    input !== undefined &&
    preflight.data !== undefined &&
    !preflight.isPlaceholderData &&
    preflight.data.will_receive > 0;

  useEffect(() => {
    if (createdId !== undefined) void navigate(`/campaigns/${createdId}`, { replace: true });
  }, [createdId, navigate]);

  const create = useMutation({
    mutationFn: async ({
      values: submitted,
      move,
    }: {
      values: CampaignValues;
      move: CampaignMove | undefined;
    }) => {
      const complete = inputOf(submitted);
      if (complete === undefined) throw new Error('the form let incomplete values through');
      const draft = await createCampaign(api, complete);
      if (move === undefined) return draft;
      try {
        return await moveCampaign(api, draft.id, move);
      } catch (error) {
        // The draft exists: its own page is the place to try again, not this form.
        toast.error(t(move.verb === 'schedule' ? 'campaigns.schedule.failed' : 'campaigns.send.failed'), {
          description: `${describe(error)} ${t('campaigns.send.draftKept')}`,
          duration: 10_000,
        });
        return draft;
      }
    },
    onSuccess: (campaign) => {
      queryClient.setQueryData(campaignKeys.detail(api.tenantId, campaign.id), campaign);
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists(api.tenantId) });
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'checklist'] });
      form.reset(form.getValues());
      setCreatedId(campaign.id);
    },
    onError: (error) => {
      setQuestion(undefined);
      toastError(t('campaigns.send.failed'), error);
    },
  });

  const save = (move: CampaignMove | undefined) =>
    void form.handleSubmit((submitted) => create.mutate({ values: submitted, move }))();
  const ask = (next: Question) => void form.handleSubmit(() => setQuestion(next))();

  const { content, network, templateId } = values;
  const own = templates.data?.data.find(({ id }) => id === templateId)?.body ?? '';
  const filled = network === null ? '' : filledBody(network.template, network.texts);
  const body = content === 'network' ? filled : own;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) ask('send');
      }}
      noValidate
      className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <UnsavedGuard dirty={isDirty && createdId === undefined} />
      <CampaignForm form={form} />
      <div className="flex min-w-0 flex-col gap-5 lg:sticky lg:top-6">
        <PreflightCard query={preflight} isReady={input !== undefined} />
        <SampleChat sample={preflight.data?.sample ?? []} body={body} stale={preflight.isPlaceholderData} />
      </div>
      <div className="sticky bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-10 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t bg-background/95 px-4 py-3 backdrop-blur sm:-mx-6 sm:px-6 md:bottom-0 lg:col-span-2 lg:-mx-8 lg:px-8">
        <Button
          variant="ghost"
          className="mr-auto px-3 sm:px-4"
          busy={create.isPending && question === undefined}
          onClick={() => save(undefined)}
        >
          <Save aria-hidden className="sm:hidden" />
          <span className="sr-only sm:not-sr-only">{t('campaigns.form.draft')}</span>
        </Button>
        <Button variant="secondary" disabled={!ready} onClick={() => ask('schedule')}>
          <CalendarClock aria-hidden />
          {t('campaigns.form.schedule')}
        </Button>
        <Button type="submit" disabled={!ready}>
          <Send aria-hidden />
          {t('campaigns.form.send')}
        </Button>
      </div>
      {preflight.data === undefined ? null : (
        <SendDialog
          open={question === 'send'}
          onOpenChange={(open) => setQuestion(open ? 'send' : undefined)}
          name={form.getValues('name')}
          preflight={preflight.data}
          busy={create.isPending}
          onConfirm={() => save({ verb: 'start' })}
        />
      )}
      <ScheduleDialog
        open={question === 'schedule'}
        onOpenChange={(open) => setQuestion(open ? 'schedule' : undefined)}
        campaign={null}
        busy={create.isPending}
        onConfirm={(schedule) => save({ verb: 'schedule', schedule })}
      />
    </form>
  );
}

/** A place-holder while the form is not filled in; the query is then switched off. */
const nothing: PreflightInput = {
  template_id: '' as PreflightInput['template_id'],
  audience: { kind: 'all' },
  unknown_policy: 'at_most_once',
  rate_per_second: null,
};

function withoutName(input: (PreflightInput & { name?: string }) | undefined): PreflightInput {
  if (input === undefined) return nothing;
  const { name: _name, ...rest } = input;
  return rest;
}
