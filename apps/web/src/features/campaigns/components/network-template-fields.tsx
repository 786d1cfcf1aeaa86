import type { NetworkTemplateList } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Combobox } from '#components/ui/combobox.tsx';
import { Field } from '#components/ui/field.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { networkTemplatesQuery, useSyncTemplates, useTemplateWords } from '#features/connections/index.ts';
import { useApi } from '#lib/services.tsx';
import type { CampaignValues } from './campaign-values.ts';
import { PlaceFields } from './place-fields.tsx';

interface NetworkTemplateFieldsProps {
  form: UseFormReturn<CampaignValues>;
  connectionId: string;
}

/** One of the templates that a number's network has, and what fills its places. */
export function NetworkTemplateFields({ form, connectionId }: NetworkTemplateFieldsProps) {
  const { t } = useTranslation();
  const templates = useQuery(networkTemplatesQuery(useApi(), connectionId));
  return (
    <QueryView
      query={templates}
      what={t('connections.templates.failed')}
      skeleton={<Skeleton className="h-16 rounded-xl" />}
    >
      {(list) =>
        list.data.length === 0 ? (
          <NothingRead connectionId={connectionId} />
        ) : (
          <Choice form={form} list={list} />
        )
      }
    </QueryView>
  );
}

function NothingRead({ connectionId }: { connectionId: string }) {
  const { t } = useTranslation();
  const sync = useSyncTemplates(connectionId);
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-xl bg-muted/60 p-4 text-sm">
      <p className="min-w-0 text-pretty">{t('campaigns.form.networkNone')}</p>
      <Button variant="secondary" size="sm" busy={sync.isPending} onClick={() => sync.mutate()}>
        {t('connections.templates.sync')}
      </Button>
    </div>
  );
}

function Choice({ form, list }: { form: UseFormReturn<CampaignValues>; list: NetworkTemplateList }) {
  const { t } = useTranslation();
  const words = useTemplateWords();
  const network = form.watch('network');
  const error = form.formState.errors.network?.message;
  // As the network has it now, which may have changed since it was chosen.
  const chosen = list.data.find(({ id }) => id === network?.template.id);
  const refused = list.data.filter((template) => words.obstacle(template) !== null).length;

  function choose(id: string): void {
    const template = list.data.find((one) => one.id === id);
    if (template === undefined) return;
    form.setValue('network', { template, texts: {} }, { shouldDirty: true });
    form.clearErrors('network');
  }

  return (
    <>
      <Field
        label={t('campaigns.form.networkTemplate')}
        error={error === undefined ? undefined : t(error)}
        hint={refused === 0 ? undefined : t('campaigns.form.networkRefused', { count: refused })}
      >
        {(control) => (
          <Combobox
            {...control}
            value={chosen?.id ?? null}
            onChange={choose}
            placeholder={t('campaigns.form.templatePlaceholder')}
            emptyText={t('common.field.noMatch')}
            options={list.data.map((template) => {
              const obstacle = words.obstacle(template);
              return {
                value: template.id,
                label: `${template.name} (${template.language})`,
                note: obstacle ?? words.category(template),
                disabled: obstacle !== null,
              };
            })}
          />
        )}
      </Field>
      {chosen === undefined ? null : (
        <div className="flex flex-col gap-2 rounded-xl bg-muted/60 p-4 text-sm">
          <p className="flex flex-wrap gap-2">
            <Badge tone={words.obstacle(chosen) === null ? 'success' : 'danger'}>
              {words.status(chosen)}
            </Badge>
            <Badge>{words.category(chosen)}</Badge>
          </p>
          <p className="text-pretty break-words whitespace-pre-line">{chosen.body}</p>
          {words.obstacle(chosen) === null ? null : (
            <p role="alert" className="text-danger-text">
              {words.obstacle(chosen)}
            </p>
          )}
        </div>
      )}
      {network === null ? null : (
        <PlaceFields key={network.template.id} form={form} template={network.template} />
      )}
    </>
  );
}
