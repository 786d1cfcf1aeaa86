import type { OptOutSettings, OptOutSettingsShown, OptOutTestResult } from '@zaphub/types';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

/** `GET /opt-outs/settings`: own words and confirmations, with the words that everybody knows. */
export function settingsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [api.tenantId, 'optOuts', 'settings'],
    queryFn: ({ signal }) => api.get<OptOutSettingsShown>('/opt-outs/settings', { signal }),
  });
}

/** `PUT /opt-outs/settings`, as a whole. */
export function useSaveSettings() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (settings: OptOutSettings) => api.put<OptOutSettingsShown>('/opt-outs/settings', settings),
    onSuccess: (saved) => queryClient.setQueryData(settingsQuery(api).queryKey, saved),
  });
}

/** `POST /opt-outs/test`: would this sentence opt somebody out, with words that need not be saved yet? */
export function wordTestQuery(
  api: ApiClient,
  asked: { text: string; stop_words: readonly string[]; start_words: readonly string[] },
) {
  return queryOptions({
    queryKey: [api.tenantId, 'optOuts', 'test', asked],
    queryFn: ({ signal }) => api.post<OptOutTestResult>('/opt-outs/test', asked, { signal }),
    placeholderData: keepPreviousData,
    enabled: asked.text !== '',
    retry: false,
  });
}
