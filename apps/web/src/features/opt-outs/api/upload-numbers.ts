import type { OptOutFileResult } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

/** `POST /opt-outs?filename=`, the file being the body: every number in it gets no more messages. */
export function useUploadNumbers() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (file: File) =>
      api.upload<OptOutFileResult>(
        `/opt-outs?filename=${encodeURIComponent(file.name.slice(-200))}`,
        file,
        () => undefined,
        new AbortController().signal,
      ),
    // Also after a failure: what went before it stays in force.
    onSettled: () => queryClient.invalidateQueries({ queryKey: [api.tenantId, 'contacts'] }),
  });
}
