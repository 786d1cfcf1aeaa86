import type {
  Page,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryState,
  WebhookInput,
  WebhookPatch,
  WebhookRecovered,
  WebhookWithSecret,
} from '@zaphub/types';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

const keys = {
  all: (tenantId: string | null) => [tenantId, 'webhooks'],
  one: (tenantId: string | null, id: string) => [tenantId, 'webhooks', id],
};

/** `GET /webhooks`. */
export function webhooksQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [...keys.all(api.tenantId), 'list'],
    queryFn: ({ signal }) => api.get<Page<Webhook>>('/webhooks', { signal }),
  });
}

/** `GET /webhooks/:id`. */
export function webhookQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: keys.one(api.tenantId, id),
    queryFn: ({ signal }) => api.get<Webhook>(`/webhooks/${id}`, { signal }),
  });
}

/** `GET /webhooks/:id/deliveries`. */
export function deliveriesQuery(
  api: ApiClient,
  id: string,
  filter: { readonly state: WebhookDeliveryState | undefined; readonly cursor: string | undefined },
) {
  return queryOptions({
    queryKey: [...keys.one(api.tenantId, id), 'deliveries', filter],
    queryFn: ({ signal }) =>
      api.get<Page<WebhookDelivery>>(`/webhooks/${id}/deliveries`, {
        query: { ...filter, limit: 25 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** `GET /webhook-deliveries/:id`. */
export function deliveryQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [...keys.all(api.tenantId), 'delivery', id],
    queryFn: ({ signal }) => api.get<WebhookDeliveryDetail>(`/webhook-deliveries/${id}`, { signal }),
  });
}

/** `POST /webhooks`; the same key is the same wish. */
export function useAddWebhook() {
  const api = useApi();
  const onSettled = useAskAgain();
  return useMutation({
    mutationFn: ({ input, key }: { input: WebhookInput; key: string }) =>
      api.post<WebhookWithSecret>('/webhooks', input, { idempotencyKey: key }),
    onSettled,
  });
}

/** What can be done to one webhook; everything about webhooks is asked again afterwards. */
export function useWebhookActions(id: string) {
  const api = useApi();
  const onSettled = useAskAgain();
  const change = useMutation({
    mutationFn: (patch: WebhookPatch) => api.patch<Webhook>(`/webhooks/${id}`, patch),
    onSettled,
  });
  const rotate = useMutation({
    mutationFn: (key: string) =>
      api.post<WebhookWithSecret>(`/webhooks/${id}/rotate-secret`, undefined, { idempotencyKey: key }),
    onSettled,
  });
  const test = useMutation({
    mutationFn: () => api.post<WebhookDelivery>(`/webhooks/${id}/test`),
    onSettled,
  });
  const recover = useMutation({
    mutationFn: (since: string) => api.post<WebhookRecovered>(`/webhooks/${id}/recover`, { since }),
    onSettled,
  });
  const resend = useMutation({
    mutationFn: (deliveryId: string) => api.post<WebhookDelivery>(`/webhook-deliveries/${deliveryId}/resend`),
    onSettled,
  });
  // Not asked again: it is gone, and its page with it.
  const remove = useMutation({ mutationFn: () => api.delete<undefined>(`/webhooks/${id}`) });
  return { change, rotate, test, recover, resend, remove };
}

function useAskAgain(): () => Promise<void> {
  const api = useApi();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: keys.all(api.tenantId) });
}
