import type { Template } from '@zaphub/types';
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { z } from 'zod';
import { FormAlert } from '#components/form-alert.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { UnsavedGuard } from '#components/unsaved-guard.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useDebounced } from '#lib/use-debounced.ts';
import { useCan } from '#lib/workspace.ts';
import { useSaveTemplate } from '../api/save-template.ts';
import { BodyEditor, longestBody } from './body-editor.tsx';
import { PreviewPane } from './preview-pane.tsx';
import { useTemplatePreview } from './use-template-preview.ts';

const schema = z.object({
  name: z.string().trim().min(1, 'common.validation.required').max(120, 'common.validation.tooLong'),
  body: z.string().trim().min(1, 'common.validation.required').max(longestBody, 'common.validation.tooLong'),
});

/** Writes a template with the message beside it, as a real contact would get it. */
export function TemplateEditor({ template }: { template: Template | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const describe = useDescribeError();
  const canEdit = useCan('operator');
  const save = useSaveTemplate(template?.id);
  const [contactId, setContactId] = useState<string>();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: template?.name ?? '', body: template?.body ?? '' },
  });
  const { errors, isDirty } = form.formState;
  const [createdId, setCreatedId] = useState<string>();
  const state = useTemplatePreview(useDebounced(form.watch('body'), 200), contactId);

  // Only once the form is clean: the guard would otherwise ask about what has just been saved.
  useEffect(() => {
    if (createdId !== undefined && !isDirty) void navigate(`/templates/${createdId}`, { replace: true });
  }, [createdId, isDirty, navigate]);

  const submit = form.handleSubmit((values) =>
    save.mutate(values, {
      onSuccess: (saved) => {
        form.reset({ name: saved.name, body: saved.body });
        toast.success(t('templates.editor.saved'));
        if (template === undefined) setCreatedId(saved.id);
      },
    }),
  );
  const message = (key: string | undefined, count: number) =>
    key === undefined ? undefined : t(key, { count });

  return (
    <form
      onSubmit={(event) => void submit(event)}
      noValidate
      className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <UnsavedGuard dirty={isDirty} />
      <div className="card flex min-w-0 flex-col gap-5 p-4 sm:p-5">
        {canEdit ? null : <FormAlert tone="info">{t('templates.editor.readOnly')}</FormAlert>}
        {save.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('templates.editor.saveFailed'), why: describe(save.error) })}
          </FormAlert>
        ) : null}
        <Field
          label={t('templates.editor.name')}
          hint={t('templates.editor.nameHint')}
          error={message(errors.name?.message, 120)}
        >
          {(control) => (
            <Input
              {...control}
              readOnly={!canEdit}
              placeholder={t('templates.editor.namePlaceholder')}
              autoFocus={template === undefined}
              {...form.register('name')}
            />
          )}
        </Field>
        <Controller
          control={form.control}
          name="body"
          render={({ field }) => (
            <BodyEditor
              value={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              readOnly={!canEdit}
              error={message(errors.body?.message, longestBody)}
              preview={state.preview}
            />
          )}
        />
        {canEdit ? (
          <div className="flex justify-end gap-2 border-t pt-4">
            <Button type="submit" busy={save.isPending} disabled={template !== undefined && !isDirty}>
              {t(template === undefined ? 'templates.editor.create' : 'templates.editor.save')}
            </Button>
          </div>
        ) : null}
      </div>
      <PreviewPane state={state} contactId={contactId} onContact={setContactId} />
    </form>
  );
}
