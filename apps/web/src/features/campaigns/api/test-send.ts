import type { AcceptedMessage } from '@zaphub/types';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

/** `POST /campaigns/:id/test`: one person gets what the campaign says; the campaign stays as it is. */
export function useTestSend(id: string) {
  const api = useApi();
  return useMutation({
    mutationFn: ({ to, key }: { to: string; key: string }) =>
      api.post<AcceptedMessage>(`/campaigns/${id}/test`, { to }, { idempotencyKey: key }),
  });
}
