import { connectionInput, type ConnectionInput, type ConnectionProvider } from '@zaphub/types';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { FormAlert } from '#components/form-alert.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ChoiceCards } from '#components/ui/choice-cards.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useServices } from '#lib/services.tsx';
import { useCreateConnection } from '../api/change-connection.ts';
import { fieldsOf, partsOf } from './connection-fields.ts';
import { FieldInputs } from './field-inputs.tsx';

const kinds: readonly ConnectionProvider[] = ['cloud-api', 'wuzapi', 'baileys', 'simulator'];

/** Which kind of connection, what it needs, and for a linked device the warning that must be accepted. */
export function NewConnectionForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const describe = useDescribeError();
  const create = useCreateConnection();
  const { providers } = useServices();
  const [provider, setProvider] = useState<ConnectionProvider>('cloud-api');
  const [name, setName] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const [hasAccepted, setAccepted] = useState(false);
  const [logsIn, setLogsIn] = useState(false);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());

  const madeId = create.data?.id;
  // Once the guard has let go.
  useEffect(() => {
    if (madeId !== undefined) void navigate(`/connections/${madeId}`, { replace: true });
  }, [madeId, navigate]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = connectionInput.safeParse(inputOf(provider, name, values, { hasAccepted, logsIn }));
    const places = new Set((read.error?.issues ?? []).map(({ path }) => String(path.at(-1))));
    if (provider === 'baileys' && !hasAccepted) places.add('accept_terms');
    setWrong(places);
    if (!read.success || places.size > 0) return;
    create.mutate(read.data);
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <UnsavedGuard dirty={madeId === undefined && (name !== '' || Object.keys(values).length > 0)} />
      {create.isError ? (
        <FormAlert>
          {t('errors.what', { what: t('connections.new.failed'), why: describe(create.error) })}
        </FormAlert>
      ) : null}
      <Card title={t('connections.new.kind')}>
        <ChoiceCards
          label={t('connections.new.kind')}
          columns={2}
          value={provider}
          onChange={(next) => {
            setProvider(next);
            setWrong(new Set());
          }}
          choices={kinds
            .filter((kind) => providers.includes(kind))
            .map((kind) => ({
              value: kind,
              title: t(`connections.provider.${kind}`),
              note: t(`connections.providerNote.${kind}`),
            }))}
        />
      </Card>
      {provider === 'baileys' ? (
        <section className="rounded-(--radius-card) border border-danger/40 bg-danger-soft p-4 text-danger-text sm:p-5">
          <h2 className="text-[0.9375rem] font-semibold tracking-tight">{t('connections.terms.title')}</h2>
          <p className="mt-1.5 text-sm leading-relaxed text-pretty">{t('connections.terms.body')}</p>
          <label className="mt-4 flex items-start gap-3 text-sm font-medium">
            <Switch
              checked={hasAccepted}
              onCheckedChange={setAccepted}
              aria-label={t('connections.terms.accept')}
            />
            <span className="pt-0.5">{t('connections.terms.accept')}</span>
          </label>
          {wrong.has('accept_terms') ? (
            <p role="alert" className="mt-2 text-[0.8125rem]">
              {t('connections.terms.needed')}
            </p>
          ) : null}
        </section>
      ) : null}
      <Card>
        <div className="flex flex-col gap-5">
          <Field
            label={t('connections.field.name.label')}
            hint={t('connections.field.name.hint')}
            error={wrong.has('name') ? t('connections.field.name.wrong') : undefined}
          >
            {(control) => (
              <Input
                {...control}
                value={name}
                autoComplete="off"
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <FieldInputs
            fields={fieldsOf[provider]}
            values={values}
            wrong={wrong}
            onChange={(field, value) => setValues((before) => ({ ...before, [field]: value }))}
          />
          {provider === 'simulator' ? (
            <label className="flex items-start gap-3 text-sm">
              <Switch checked={logsIn} onCheckedChange={setLogsIn} aria-label={t('connections.new.logsIn')} />
              <span className="pt-0.5">{t('connections.new.logsIn')}</span>
            </label>
          ) : null}
          <div className="flex justify-end">
            <Button type="submit" busy={create.isPending}>
              {t('connections.new.submit')}
            </Button>
          </div>
        </div>
      </Card>
    </form>
  );
}

/** What the server is asked for; whether it fits is the contract's to say. */
function inputOf(
  provider: ConnectionProvider,
  name: string,
  values: Readonly<Record<string, string>>,
  { hasAccepted, logsIn }: { readonly hasAccepted: boolean; readonly logsIn: boolean },
): Partial<ConnectionInput> {
  const { settings, credentials } = partsOf(provider, values);
  switch (provider) {
    case 'simulator':
      return { provider, name, ...(logsIn ? { logs_in: true } : {}) };
    case 'baileys':
      return { provider, name, credentials, accept_terms: hasAccepted };
    case 'cloud-api':
    case 'wuzapi':
      // The contract is asked right after this whether the parts are whole.
      return { provider, name, settings, credentials } as Partial<ConnectionInput>;
    default:
      return provider satisfies never;
  }
}
