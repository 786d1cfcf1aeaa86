import { Select as BaseSelect } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { cn } from '#lib/class-names.ts';
import { controlStyle } from './input.tsx';

/** One entry of a list. */
export interface Option<V extends string = string> {
  value: V;
  label: string;
  note?: string;
  /** It is shown, with its note for a reason, and cannot be chosen. */
  disabled?: boolean;
}

interface SelectProps<V extends string> {
  value: V | null;
  onChange: (value: V) => void;
  options: readonly Option<V>[];
  placeholder?: string;
  disabled?: boolean;
  className?: string;
  id?: string;
  'aria-label'?: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}

/** A short list to choose one from. For long lists use `Combobox`. */
export function Select<V extends string>({
  value,
  onChange,
  options,
  placeholder,
  disabled = false,
  className,
  id,
  ...aria
}: SelectProps<V>) {
  return (
    <BaseSelect.Root<V>
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      disabled={disabled}
      modal={false}
    >
      <BaseSelect.Trigger
        id={id}
        {...aria}
        className={cn(
          controlStyle,
          'flex h-10 items-center justify-between gap-2 px-3 text-left data-placeholder:text-muted-foreground md:h-9',
          className,
        )}
      >
        <span className="truncate">
          <BaseSelect.Value placeholder={placeholder} />
        </span>
        <BaseSelect.Icon>
          <ChevronsUpDown aria-hidden className="size-4 text-muted-foreground" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={6} alignItemWithTrigger={false} className="z-50 outline-none">
          <BaseSelect.Popup className="max-h-[min(var(--available-height),22rem)] min-w-(--anchor-width) origin-(--transform-origin) overflow-y-auto overscroll-contain rounded-xl border bg-popover p-1 shadow-float transition-[transform,opacity] duration-150 outline-none data-ending-style:scale-95 data-ending-style:opacity-0 data-starting-style:scale-95 data-starting-style:opacity-0">
            {options.map((option) => (
              <BaseSelect.Item
                key={option.value}
                value={option.value}
                className="grid min-h-10 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none select-none data-highlighted:bg-muted md:min-h-8"
              >
                <BaseSelect.ItemIndicator>
                  <Check aria-hidden className="size-4 text-primary-text" />
                </BaseSelect.ItemIndicator>
                <BaseSelect.ItemText className="col-start-2">
                  {option.label}
                  {option.note === undefined ? null : (
                    <span className="block text-xs text-muted-foreground">{option.note}</span>
                  )}
                </BaseSelect.ItemText>
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
