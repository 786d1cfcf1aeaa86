import type { OptOutSettingsShown } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormAlert } from '#components/form-alert.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Textarea } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { useSaveSettings } from '../api/settings.ts';
import { KnownWords } from './known-words.tsx';
import { settingsOf, valuesOf, type WordValues, wordsOf } from './word-values.ts';
import { WordTester } from './word-tester.tsx';

/** The words by which people opt out and in, what they are answered, and a field to try them out before saving. */
export function WordsCard({ settings }: { settings: OptOutSettingsShown }) {
  const { t } = useTranslation();
  const { role } = useWorkspace();
  const canEdit = useCan('admin');
  const describe = useDescribeError();
  const save = useSaveSettings();
  const [values, setValues] = useState<WordValues>(() => valuesOf(settings));
  const change = (part: Partial<WordValues>): void => setValues((before) => ({ ...before, ...part }));
  const next = settingsOf(values);
  const isDirty = JSON.stringify(values) !== JSON.stringify(valuesOf(settings));

  function submit(): void {
    if (next === undefined) return;
    save.mutate(next, {
      onSuccess: (saved) => {
        setValues(valuesOf(saved));
        toast.success(t('optOuts.words.saved'));
      },
    });
  }

  const fields = [
    { name: 'stop', rows: 3, hint: t('optOuts.words.stopHint') },
    { name: 'stopReply', rows: 2, hint: t('optOuts.words.replyHint') },
    { name: 'start', rows: 2, hint: undefined },
    { name: 'startReply', rows: 2, hint: undefined },
  ] as const;

  return (
    <Card title={t('optOuts.words.title')} note={t('optOuts.words.note')}>
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <UnsavedGuard dirty={isDirty} />
        {canEdit ? null : (
          <FormAlert tone="info">{t('common.readOnly', { role: t(`common.role.${role}`) })}</FormAlert>
        )}
        {save.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('optOuts.words.saveFailed'), why: describe(save.error) })}
          </FormAlert>
        ) : null}
        <KnownWords words={settings.built_in.stop_words} />
        {fields.map(({ name, rows, hint }) => (
          <Field
            key={name}
            label={t(`optOuts.words.${name}`)}
            hint={hint}
            optional={t('common.field.optional')}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={rows}
                readOnly={!canEdit}
                maxLength={name.endsWith('Reply') ? 1000 : undefined}
                className="field-sizing-content min-h-16"
                value={values[name]}
                onChange={(event) => change({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
        {next === undefined ? (
          <p role="alert" className="text-[0.8125rem] text-danger-text">
            {t('optOuts.words.tooMuch')}
          </p>
        ) : null}
        <WordTester stopWords={wordsOf(values.stop)} startWords={wordsOf(values.start)} isDirty={isDirty} />
        {canEdit ? (
          <div className="flex justify-end">
            <Button type="submit" busy={save.isPending} disabled={!isDirty || next === undefined}>
              {t('optOuts.words.save')}
            </Button>
          </div>
        ) : null}
      </form>
    </Card>
  );
}
