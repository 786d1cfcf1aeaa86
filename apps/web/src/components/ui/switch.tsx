import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { cn } from '#lib/class-names.ts';

type SwitchProps = Omit<BaseSwitch.Root.Props, 'className'> & { className?: string };

/** Turns something on or off at once. Give it an `aria-label`. */
export function Switch({ className, ...props }: SwitchProps) {
  return (
    <BaseSwitch.Root
      {...props}
      className={cn(
        'relative inline-flex h-6 w-10 shrink-0 items-center rounded-full bg-muted-foreground/55 p-0.5 transition-colors duration-150 data-checked:bg-primary data-disabled:opacity-50',
        className,
      )}
    >
      <BaseSwitch.Thumb className="size-5 rounded-full bg-white shadow-sm transition-transform duration-150 data-checked:translate-x-4" />
    </BaseSwitch.Root>
  );
}
