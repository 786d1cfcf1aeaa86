import type { TemplatePreview } from '@zaphub/types';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#lib/use-format.ts';
import { longestBody } from './body-editor.tsx';

interface BodyNotesProps {
  id: string;
  error: string | undefined;
  preview: TemplatePreview | undefined;
  isTooLong: boolean;
}

/** What is wrong with the message, worst first: too long, not a template, or a value that the sample contact lacks. */
export function BodyNotes({ id, error, preview, isTooLong }: BodyNotesProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const problem = preview?.error ?? null;
  const missing = preview?.missing ?? [];
  const [firstMissing] = missing;

  function problemText(): string | undefined {
    if (isTooLong) return t('templates.editor.tooLong', { most: format.number(longestBody) });
    if (error !== undefined) return error;
    if (problem === null) return undefined;
    const key = `templates.problem.${problem.detail}`;
    const words = i18n.exists(key) ? t(key, { open: '{{ {%', close: '%} }}' }) : problem.detail;
    return problem.line === null
      ? words
      : t('templates.problem.line', { line: problem.line, problem: words });
  }

  const text = problemText();
  return (
    <div id={id} aria-live="polite" className="flex flex-col gap-2 empty:hidden">
      {text === undefined ? null : (
        <p className="flex items-start gap-2 rounded-lg bg-danger-soft px-3 py-2 text-[0.8125rem] leading-snug text-danger-text">
          <CircleAlert aria-hidden className="mt-px size-4 shrink-0" />
          {text}
        </p>
      )}
      {text === undefined && firstMissing !== undefined ? (
        <p
          data-testid="missing-variable"
          className="flex items-start gap-2 rounded-lg bg-warning-soft px-3 py-2 text-[0.8125rem] leading-snug text-pretty text-warning-text"
        >
          <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" />
          <span>
            {t('templates.editor.missing', {
              count: missing.length,
              contact: preview?.contact?.name ?? t('templates.preview.nobody'),
              names: format.list(missing),
              example: `{{ ${firstMissing} | default: "${t('templates.editor.defaultWord')}" }}`,
            })}
          </span>
        </p>
      ) : null}
    </div>
  );
}
