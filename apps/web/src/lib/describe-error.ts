import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ApiError } from './api-error.ts';

/** Why something failed and what to do, in the reader's words. */
export function useDescribeError(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('errors.code.internal');
    // What the server says of this very case, in the reader's language, tells more than its code does.
    if (error.detail !== null) return error.detail;
    const key = `errors.code.${error.code}`;
    return i18n.exists(key) ? t(key) : t('errors.code.internal');
  };
}

/** Shows a failed action as a toast: what failed, why, and the request id to quote. */
export function useToastError(): (what: string, error: unknown) => void {
  const { t } = useTranslation();
  const describe = useDescribeError();
  return (what, error) => {
    const requestId = error instanceof ApiError ? error.requestId : null;
    toast.error(what, {
      description: describe(error),
      duration: 10_000,
      ...(requestId === null
        ? {}
        : {
            action: {
              label: t('errors.copyId'),
              onClick: () => void navigator.clipboard.writeText(requestId).catch(() => undefined),
            },
          }),
    });
  };
}
