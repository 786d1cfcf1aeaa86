import { type ReactNode, useId } from 'react';
import { cn } from '#lib/class-names.ts';

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Already in the reader's language. */
  error?: string | undefined;
  optional?: string;
  className?: string;
  /** Gets the ids that tie the control to its label, hint and error. */
  children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A labelled control with its hint or error under it. The error takes the hint's line. */
export function Field({ label, hint, error, optional, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = error !== undefined || hint !== undefined;
  return (
    <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-2 text-sm font-medium">
        {label}
        {optional === undefined ? null : (
          <span className="text-xs font-normal text-muted-foreground">{optional}</span>
        )}
      </label>
      {children({
        id,
        'aria-describedby': hasNote ? noteId : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hasNote ? (
        <p
          id={noteId}
          className={cn(
            'text-[0.8125rem] text-pretty',
            error === undefined ? 'text-muted-foreground' : 'text-danger-text',
          )}
          {...(error === undefined ? {} : { role: 'alert' })}
        >
          {error ?? hint}
        </p>
      ) : null}
    </div>
  );
}
