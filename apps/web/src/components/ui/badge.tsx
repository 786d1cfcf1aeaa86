import { type VariantProps, cva } from 'class-variance-authority';
import type { ReactNode } from 'react';
import { cn } from '#lib/class-names.ts';

const badgeStyle = cva(
  'inline-flex h-6 items-center gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5',
  {
    variants: {
      tone: {
        neutral: 'bg-muted text-muted-foreground',
        success: 'bg-success-soft text-success-text',
        info: 'bg-info-soft text-info-text',
        warning: 'bg-warning-soft text-warning-text',
        danger: 'bg-danger-soft text-danger-text',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

/** What a colour means; never the only sign of it. */
export type Tone = NonNullable<VariantProps<typeof badgeStyle>['tone']>;

/** A short word about a state. */
export function Badge({
  tone,
  className,
  children,
}: {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}) {
  return <span className={cn(badgeStyle({ tone }), className)}>{children}</span>;
}
