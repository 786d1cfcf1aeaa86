import { Combobox as BaseCombobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { cn } from '#lib/class-names.ts';
import { controlStyle } from './input.tsx';
import type { Option } from './select.tsx';

interface ComboboxProps {
  value: string | null;
  onChange: (value: string) => void;
  options: readonly Option[];
  /** Shown when nothing matches what was typed. */
  emptyText: string;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}

/** A long list (countries, time zones) to search by typing. */
export function Combobox({
  value,
  onChange,
  options,
  emptyText,
  placeholder,
  disabled = false,
  id,
  ...aria
}: ComboboxProps) {
  const selected = options.find((option) => option.value === value) ?? null;
  return (
    <BaseCombobox.Root<Option>
      items={options}
      value={selected}
      onValueChange={(next) => next !== null && onChange(next.value)}
      itemToStringLabel={(option) => option.label}
      isItemEqualToValue={(a, b) => a.value === b.value}
      disabled={disabled}
      autoHighlight
    >
      <div className="relative">
        <BaseCombobox.Input
          id={id}
          {...aria}
          placeholder={placeholder}
          autoComplete="off"
          className={cn(controlStyle, 'h-10 truncate pr-9 pl-3 md:h-9')}
        />
        <BaseCombobox.Icon className="pointer-events-none absolute inset-y-0 right-3 flex items-center">
          <ChevronsUpDown aria-hidden className="size-4 text-muted-foreground" />
        </BaseCombobox.Icon>
      </div>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={6} className="z-50 outline-none">
          <BaseCombobox.Popup className="max-h-[min(var(--available-height),20rem)] w-(--anchor-width) origin-(--transform-origin) overflow-y-auto overscroll-contain rounded-xl border bg-popover p-1 shadow-float transition-[transform,opacity] duration-150 data-ending-style:opacity-0 data-starting-style:scale-95 data-starting-style:opacity-0">
            <BaseCombobox.Empty className="px-3 py-2 text-sm text-muted-foreground empty:hidden">
              {emptyText}
            </BaseCombobox.Empty>
            <BaseCombobox.List>
              {(option: Option) => (
                <BaseCombobox.Item
                  key={option.value}
                  value={option}
                  disabled={option.disabled === true}
                  className="grid min-h-10 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:text-muted-foreground data-highlighted:bg-muted md:min-h-8"
                >
                  <BaseCombobox.ItemIndicator>
                    <Check aria-hidden className="size-4 text-primary-text" />
                  </BaseCombobox.ItemIndicator>
                  <span className={cn('col-start-2', option.disabled !== true && 'truncate')}>
                    {option.label}
                    {option.note === undefined ? null : (
                      <span
                        className={cn(
                          'text-xs text-muted-foreground',
                          // A reason is read whole.
                          option.disabled === true ? 'block text-pretty' : 'ml-2',
                        )}
                      >
                        {option.note}
                      </span>
                    )}
                  </span>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  );
}
