import type { Holiday, HolidayCountry } from '@zaphub/types';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';
import { campaignKeys } from './keys.ts';

interface HolidayList {
  holidays: Holiday[];
}

/** `GET /holidays`: the workspace's days without sending. */
export function holidaysQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [api.tenantId, 'holidays', 'own'],
    queryFn: ({ signal }) => api.get<HolidayList>('/holidays', { signal }),
  });
}

/** `GET /holidays/national`: the national days of a country in a year, by their names there. */
export function nationalHolidaysQuery(api: ApiClient, country: HolidayCountry, year: number) {
  return queryOptions({
    queryKey: [api.tenantId, 'holidays', country, year],
    queryFn: ({ signal }) => api.get<HolidayList>('/holidays/national', { query: { country, year }, signal }),
    staleTime: Infinity,
  });
}

/** `PUT /holidays`: another list in the place of the last one; campaigns under way keep to it at once. */
export function useSetHolidays() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (holidays: readonly Holiday[]) => api.put<HolidayList>('/holidays', { holidays }),
    onSuccess: (list) => {
      queryClient.setQueryData(holidaysQuery(api).queryKey, list);
      return queryClient.invalidateQueries({ queryKey: campaignKeys.all(api.tenantId) });
    },
  });
}
