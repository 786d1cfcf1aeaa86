import { Button as BaseButton } from '@base-ui/react/button';
import { type VariantProps, cva } from 'class-variance-authority';
import type { ReactElement, ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';
import { Spinner } from './spinner.tsx';

/** The look of a button, for links that act like one. */
export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-control text-sm font-medium whitespace-nowrap transition-[background-color,border-color,color,box-shadow,transform] duration-150 select-none active:translate-y-px disabled:pointer-events-none disabled:opacity-50 data-disabled:pointer-events-none data-disabled:opacity-50 [&_svg]:pointer-events-none [&_svg]:shrink-0 [&_svg:not([class*=size-])]:size-4',
  {
    variants: {
      variant: {
        primary: 'bg-primary text-primary-foreground shadow-soft hover:bg-primary-hover',
        secondary: 'border border-input bg-card text-foreground shadow-soft hover:bg-muted',
        ghost: 'text-foreground hover:bg-muted',
        danger: 'bg-danger text-white shadow-soft hover:bg-danger-hover dark:text-primary-foreground',
        dangerGhost: 'text-danger-text hover:bg-danger-soft',
        link: 'h-auto! px-0! text-primary-text underline-offset-4 hover:underline',
      },
      size: {
        md: 'h-10 px-4 md:h-9',
        sm: 'h-9 px-3 text-[0.8125rem] md:h-8',
        lg: 'h-11 px-5 text-[0.9375rem]',
        icon: 'size-10 md:size-9',
        iconSm: 'size-9 md:size-8',
      },
    },
    defaultVariants: { variant: 'primary', size: 'md' },
  },
);

interface ButtonProps
  extends Omit<BaseButton.Props, 'className' | 'render'>, VariantProps<typeof buttonStyle> {
  className?: string;
  render?: ReactElement;
  /** Shows a spinner in the place of the icon and refuses clicks; the width does not change. */
  busy?: boolean;
  children?: ReactNode;
}

/** Does something here and now. What goes somewhere is a `ButtonLink`. */
export function Button({
  className,
  variant,
  size,
  busy = false,
  disabled,
  children,
  ...props
}: ButtonProps) {
  return (
    <BaseButton
      {...props}
      // A submit button is asked for by name: the default must not send a form by surprise.
      type={props.type ?? 'button'}
      aria-busy={busy || undefined}
      disabled={disabled === true || busy}
      focusableWhenDisabled={busy}
      className={cn(buttonStyle({ variant, size }), busy && '[&>svg:not(.spinner)]:hidden', className)}
    >
      {busy ? <Spinner className="spinner" /> : null}
      {children}
    </BaseButton>
  );
}
