import type { VariantProps } from 'class-variance-authority';
import { Link, type LinkProps } from 'react-router';
import { cn } from '#lib/class-names.ts';
import { buttonStyle } from './button.tsx';

interface ButtonLinkProps extends LinkProps, VariantProps<typeof buttonStyle> {
  className?: string;
}

/** A link that looks like a button: it goes somewhere, so it stays a link. */
export function ButtonLink({ className, variant, size, ...props }: ButtonLinkProps) {
  return <Link {...props} className={cn(buttonStyle({ variant, size }), className)} />;
}
