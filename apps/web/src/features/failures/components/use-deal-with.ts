import type { DeadLetterSelection, RedriveObstacle } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useToastError } from '#lib/describe-error.ts';
import { useFailureActions } from '../api/failures.ts';

/** Sends again or discards, and says what came of it: how many went, how many were left and why. */
export function useDealWith(onDone: () => void) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const { redrive, discard } = useFailureActions();
  return {
    isBusy: redrive.isPending || discard.isPending,
    redrive: (selection: DeadLetterSelection): void =>
      redrive.mutate(selection, {
        onSuccess: ({ redriven, left }) => {
          // Object.entries forgets which keys it was given.
          const obstacles = Object.entries(left) as [RedriveObstacle, number][];
          const words = obstacles.map(([why, count]) => t(`failures.left.${why}`, { count }));
          const description = words.length === 0 ? undefined : words.join(' ');
          if (redriven > 0) toast.success(t('failures.redriven', { count: redriven }), { description });
          else toast.warning(t('failures.redrivenNone'), { description });
        },
        onError: (error) => toastError(t('failures.redriveFailed'), error),
        onSettled: onDone,
      }),
    discard: (selection: DeadLetterSelection): void =>
      discard.mutate(selection, {
        onSuccess: ({ discarded }) => toast.success(t('failures.discarded', { count: discarded })),
        onError: (error) => toastError(t('failures.discardFailed'), error),
        onSettled: onDone,
      }),
  };
}
