import type { Tenant, TenantPatch } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

/** `PATCH /tenant`. */
export function useUpdateTenant() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: TenantPatch) => api.patch<Tenant>('/tenant', patch),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['session', 'me'] }),
  });
}
