import { useTranslation } from 'react-i18next';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { cn } from '#lib/class-names.ts';
import { useLiveState } from '#lib/live-state.ts';

const labels = {
  connecting: 'common.live.connecting',
  live: 'common.live.live',
  offline: 'common.live.offline',
} as const;

/** Whether numbers arrive by themselves right now. */
export function LiveDot() {
  const { t } = useTranslation();
  const state = useLiveState();
  const label = t(labels[state]);
  return (
    <Tooltip label={label}>
      <span
        role="status"
        // Focusable, so that the words can be reached without a mouse.
        tabIndex={0}
        aria-label={label}
        className="flex size-6 items-center justify-center rounded-full"
      >
        <span
          className={cn(
            'size-2 rounded-full transition-colors',
            state === 'live' && 'bg-success',
            state === 'connecting' && 'bg-muted-foreground/50',
            state === 'offline' && 'animate-pulse bg-warning',
          )}
        />
      </span>
    </Tooltip>
  );
}
