import type { TemplatePreview } from '@zaphub/types';
import { Bold, Braces, Code, Italic, Strikethrough } from 'lucide-react';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { Textarea } from '#components/ui/input.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';
import { BodyNotes } from './body-notes.tsx';
import { insertText, wrapSelection } from './edit-text.ts';
import { useVariables } from './use-variables.ts';

/** WhatsApp's limit, in UTF-16 units; the server has the same. */
export const longestBody = 4096;

interface BodyEditorProps {
  value: string;
  onChange: (value: string) => void;
  onBlur: () => void;
  readOnly: boolean;
  error: string | undefined;
  preview: TemplatePreview | undefined;
}

/** The message with what one needs around it: formatting, variables, the count, and what is wrong. */
export function BodyEditor({ value, onChange, onBlur, readOnly, error, preview }: BodyEditorProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const variables = useVariables();
  const tools = [
    { sign: '*', label: t('templates.editor.bold'), icon: Bold },
    { sign: '_', label: t('templates.editor.italic'), icon: Italic },
    { sign: '~', label: t('templates.editor.strike'), icon: Strikethrough },
    { sign: '```', label: t('templates.editor.code'), icon: Code },
  ];

  function edit(change: (area: HTMLTextAreaElement) => void): void {
    if (area.current === null) return;
    change(area.current);
    onChange(area.current.value);
  }

  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex items-end justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {t('templates.editor.body')}
        </label>
        {readOnly ? null : (
          <div className="-my-1 flex" role="group">
            {tools.map(({ sign, label, icon: Icon }) => (
              <Tooltip key={sign} label={label}>
                <Button
                  variant="ghost"
                  size="iconSm"
                  aria-label={label}
                  onClick={() => edit((target) => wrapSelection(target, sign))}
                >
                  <Icon aria-hidden />
                </Button>
              </Tooltip>
            ))}
          </div>
        )}
      </div>
      <Textarea
        id={id}
        ref={area}
        value={value}
        readOnly={readOnly}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
        aria-describedby={`${id}-notes`}
        aria-invalid={error === undefined && (preview?.error ?? null) === null ? undefined : true}
        placeholder={t('templates.editor.bodyPlaceholder', { example: '{{ first_name }}' })}
        className="min-h-56 resize-y font-[450]"
      />
      <div className="flex items-start justify-between gap-4">
        {readOnly ? null : (
          <div
            className="flex min-w-0 flex-wrap gap-1.5"
            role="group"
            aria-label={t('templates.editor.variables')}
          >
            {variables.map((name) => (
              <button
                key={name}
                type="button"
                aria-label={t('templates.editor.insert', { name })}
                onClick={() => edit((target) => insertText(target, `{{ ${name} }}`))}
                className="inline-flex h-8 max-w-48 items-center gap-1.5 rounded-full border border-input bg-card px-2.5 font-mono text-xs text-foreground transition-colors hover:border-primary hover:bg-primary-soft hover:text-primary-text md:h-7"
              >
                <Braces aria-hidden className="size-3 shrink-0 text-primary-text" />
                <span className="truncate">{name}</span>
              </button>
            ))}
          </div>
        )}
        <p
          aria-label={t('templates.editor.countLabel')}
          className={cn(
            'ml-auto shrink-0 pt-1 text-xs text-muted-foreground tabular-nums',
            value.length > longestBody && 'font-medium text-danger-text',
          )}
        >
          {t('templates.editor.count', {
            used: format.number(value.length),
            most: format.number(longestBody),
          })}
        </p>
      </div>
      <BodyNotes id={`${id}-notes`} error={error} preview={preview} isTooLong={value.length > longestBody} />
    </div>
  );
}
