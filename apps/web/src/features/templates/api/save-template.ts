import type { Template, TemplateInput } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { templateQuery } from './get-template.ts';

/** `POST /templates`, or `PUT /templates/:id` when there is one already. */
export function useSaveTemplate(id: string | undefined) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: TemplateInput) =>
      id === undefined
        ? api.post<Template>('/templates', input)
        : api.put<Template>(`/templates/${id}`, input),
    onSuccess: (template) => {
      queryClient.setQueryData(templateQuery(api, template.id).queryKey, template);
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'templates', 'list'] });
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'checklist'] });
    },
  });
}
