import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '#lib/api-error.ts';
import { ErrorState } from './error-state.tsx';
import { ForbiddenState } from './forbidden-state.tsx';
import { NotFoundState } from './not-found-state.tsx';

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  /** What failed, if it fails. */
  what: string;
  /** In the shape of the result, so that nothing moves when it comes. */
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** The four faces of something asked from the server. Old data stays on screen while it is asked again. */
export function QueryView<T>({ query, what, skeleton, children }: QueryViewProps<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) {
    return (
      <div aria-busy className="appear-late">
        <span className="sr-only" role="status">
          {t('common.loading')}
        </span>
        {skeleton}
      </div>
    );
  }
  if (query.error instanceof ApiError && query.error.code === 'forbidden') return <ForbiddenState />;
  if (query.error instanceof ApiError && query.error.code === 'not_found') return <NotFoundState />;
  return (
    <ErrorState
      error={query.error}
      what={what}
      busy={query.isFetching}
      onRetry={() => void query.refetch()}
    />
  );
}
