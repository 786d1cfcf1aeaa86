import { useTranslation } from 'react-i18next';
import { useNow } from '#lib/use-now.ts';

/** How old the numbers on screen are. `at` in epoch milliseconds. */
export function UpdatedAgo({ at }: { at: number }) {
  const { t } = useTranslation();
  const seconds = Math.max(0, Math.floor((useNow(1_000).getTime() - at) / 1_000));
  return (
    <span className="text-xs text-muted-foreground tabular-nums">
      {seconds < 2
        ? t('common.updated.now')
        : seconds < 90
          ? t('common.updated.seconds', { value: seconds })
          : t('common.updated.minutes', { value: Math.floor(seconds / 60) })}
    </span>
  );
}
