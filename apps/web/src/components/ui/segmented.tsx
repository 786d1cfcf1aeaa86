import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';

interface SegmentedProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode }[];
  label: string;
}

/** Two to four options side by side, one of them chosen. */
export function Segmented<V extends string>({ value, onChange, options, label }: SegmentedProps<V>) {
  return (
    <ToggleGroup
      value={[value]}
      onValueChange={(next: string[]) => {
        const chosen = options.find((option) => option.value === next[0]);
        if (chosen) onChange(chosen.value);
      }}
      aria-label={label}
      className="inline-flex rounded-control bg-muted p-0.5"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          className="inline-flex h-9 min-w-9 items-center justify-center gap-1.5 rounded-md px-3 text-[0.8125rem] font-medium text-muted-foreground transition-colors hover:text-foreground data-pressed:bg-card data-pressed:text-foreground data-pressed:shadow-soft md:h-8 [&_svg]:size-4"
        >
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
