import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';

/** One option, with the sentence that explains it. */
export interface Choice<V extends string> {
  value: V;
  title: ReactNode;
  note?: ReactNode;
  icon?: ReactNode;
}

interface ChoiceCardsProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  choices: readonly Choice<V>[];
  label: string;
  columns?: 1 | 2;
  disabled?: boolean;
}

/** A few options that need a sentence each. */
export function ChoiceCards<V extends string>({
  value,
  onChange,
  choices,
  label,
  columns = 1,
  disabled = false,
}: ChoiceCardsProps<V>) {
  return (
    <RadioGroup
      value={value}
      onValueChange={onChange}
      aria-label={label}
      disabled={disabled}
      className={cn('grid gap-2', columns === 2 && 'sm:grid-cols-2')}
    >
      {choices.map((choice) => (
        <label
          key={choice.value}
          className="flex cursor-pointer items-start gap-3 rounded-xl border border-input bg-card p-3 transition-colors hover:bg-muted/60 has-data-checked:border-primary has-data-checked:bg-primary-soft/60 has-data-checked:hover:bg-primary-soft/60 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring"
        >
          <Radio.Root
            value={choice.value}
            className="mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-full border border-muted-foreground/60 bg-card outline-none data-checked:border-primary data-checked:bg-primary"
          >
            <Radio.Indicator className="size-2 rounded-full bg-primary-foreground" />
          </Radio.Root>
          <span className="min-w-0 flex-1">
            <span className="flex items-center gap-1.5 text-sm font-medium">
              {choice.icon}
              {choice.title}
            </span>
            {choice.note === undefined ? null : (
              <span className="mt-0.5 block text-[0.8125rem] leading-snug text-pretty text-muted-foreground">
                {choice.note}
              </span>
            )}
          </span>
        </label>
      ))}
    </RadioGroup>
  );
}
