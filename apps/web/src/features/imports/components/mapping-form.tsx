import type { ColumnTarget, ImportJob, ImportMapping } from '@zaphub/types';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormAlert } from '#components/form-alert.tsx';
import { CountryField } from '#components/region-fields.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { useStartImport } from '../api/start-import.ts';
import { checkMapping } from './check-mapping.ts';
import { ColumnMapping } from './column-mapping.tsx';
import { MappedRows } from './mapped-rows.tsx';

const delimiters = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' } as const;

/** Says how the columns are to be read, with the first rows as proof, and starts the import. */
export function MappingForm({ job }: { job: ImportJob }) {
  const { t } = useTranslation();
  const { tenant } = useWorkspace();
  const canImport = useCan('operator');
  const describe = useDescribeError();
  const start = useStartImport(job.id);
  const [targets, setTargets] = useState<ColumnTarget[]>(() => job.detected.suggested);
  const [tagText, setTagText] = useState('');
  const [country, setCountry] = useState(tenant.default_country);
  const [consent, setConsent] = useState('');
  const problem = checkMapping(targets);
  const mapping = useMemo<ImportMapping>(
    () => ({
      mapping: targets,
      tags: tagsOf(tagText),
      country,
      ...(consent.trim() === '' ? {} : { consent_source: consent.trim() }),
    }),
    [targets, tagText, country, consent],
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (problem === undefined) start.mutate(mapping);
  }

  return (
    <form onSubmit={submit} className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
      <div className="flex min-w-0 flex-col gap-5">
        <Card
          title={t('imports.map.title')}
          note={t('imports.map.note', {
            encoding: job.detected.encoding.toUpperCase(),
            delimiter: t(`imports.map.delimiter.${delimiters[job.detected.delimiter]}`),
          })}
          flush
        >
          <ColumnMapping detected={job.detected} targets={targets} onChange={setTargets} />
        </Card>
        <Card title={t('imports.map.options')}>
          <div className="grid gap-4">
            <Field label={t('imports.map.country')}>
              {(control) => <CountryField {...control} value={country} onChange={setCountry} />}
            </Field>
            <Field
              label={t('imports.map.tags')}
              hint={t('imports.map.tagsHint')}
              optional={t('common.field.optional')}
            >
              {(control) => (
                <Input
                  {...control}
                  value={tagText}
                  onChange={(event) => setTagText(event.target.value)}
                  placeholder={t('imports.map.tagsPlaceholder')}
                />
              )}
            </Field>
            <Field
              label={t('imports.map.consent')}
              hint={t('imports.map.consentHint')}
              optional={t('common.field.optional')}
            >
              {(control) => (
                <Input
                  {...control}
                  value={consent}
                  maxLength={120}
                  onChange={(event) => setConsent(event.target.value)}
                  placeholder={t('imports.map.consentPlaceholder')}
                />
              )}
            </Field>
          </div>
        </Card>
      </div>
      <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-6">
        <MappedRows
          importId={job.id}
          cells={job.detected.preview}
          mapping={mapping}
          isValid={problem === undefined}
        />
        {start.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('imports.map.startFailed'), why: describe(start.error) })}
          </FormAlert>
        ) : null}
        {problem === undefined ? null : (
          <FormAlert>{t(`imports.map.problem.${problem.kind}`, { ...problem })}</FormAlert>
        )}
        <Button type="submit" size="lg" busy={start.isPending} disabled={problem !== undefined || !canImport}>
          {t('imports.map.start')}
        </Button>
      </div>
    </form>
  );
}

function tagsOf(text: string): string[] {
  const tags = text.split(/[,;]/).map((tag) => tag.trim().slice(0, 64));
  return [...new Set(tags.filter((tag) => tag !== ''))].slice(0, 20);
}
