import type {
  DeadLetter,
  DeadLetterCause,
  DeadLetterCauses,
  DeadLetterDetail,
  DeadLetterSelection,
  DiscardResult,
  Page,
  RedriveResult,
} from '@zaphub/types';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

/** What names a cause in the address of a screen. */
export type CauseName = Pick<DeadLetterCause, 'campaign_id' | 'connection_id' | 'code'>;

const keys = {
  all: (tenantId: string | null) => [tenantId, 'failures'],
  causes: (tenantId: string | null) => [tenantId, 'failures', 'causes'],
  messages: (tenantId: string | null) => [tenantId, 'failures', 'messages'],
};

/** `GET /dead-letters`. */
export function causesQuery(api: ApiClient) {
  return queryOptions({
    queryKey: keys.causes(api.tenantId),
    queryFn: ({ signal }) => api.get<DeadLetterCauses>('/dead-letters', { signal }),
  });
}

/** `GET /dead-letters/messages`: those of one cause. */
export function failedMessagesQuery(api: ApiClient, cause: CauseName, cursor: string | undefined) {
  return queryOptions({
    queryKey: [...keys.messages(api.tenantId), cause, cursor],
    queryFn: ({ signal }) =>
      api.get<Page<DeadLetter>>('/dead-letters/messages', { query: { ...cause, cursor, limit: 25 }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** What can be done to failed messages; the lists are asked again afterwards. */
export function useFailureActions() {
  const api = useApi();
  const queryClient = useQueryClient();
  const onSettled = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.all(api.tenantId) }),
      queryClient.invalidateQueries({ queryKey: [api.tenantId, 'campaigns'] }),
    ]);
  const redrive = useMutation({
    mutationFn: (selection: DeadLetterSelection) =>
      api.post<RedriveResult>('/dead-letters/redrive', selection),
    onSettled,
  });
  const discard = useMutation({
    mutationFn: (selection: DeadLetterSelection) =>
      api.post<DiscardResult>('/dead-letters/discard', selection),
    onSettled,
  });
  const correct = useMutation({
    mutationFn: ({ id, phone }: { id: string; phone: string }) =>
      api.patch<DeadLetterDetail>(`/dead-letters/${id}`, { phone }),
    onSettled,
  });
  return { redrive, discard, correct };
}
