import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';

const worthRetrying = new Set(['network', 'unavailable', 'timeout']);
const mostRetries = 2;

/** The cache of what the API said. Only errors that may pass by themselves are retried, and only reads. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Offline is an error that is told, not a wait without an end.
        networkMode: 'always',
        refetchOnReconnect: true,
        staleTime: 10_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) =>
          failures < mostRetries && error instanceof ApiError && worthRetrying.has(error.code),
        retryDelay: (attempt) => Math.min(4_000, 400 * 2 ** attempt),
      },
      // What could not be sent now must not happen by itself later.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
