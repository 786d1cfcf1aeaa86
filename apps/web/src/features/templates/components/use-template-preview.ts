import type { TemplatePreview } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { templatePreviewQuery } from '../api/preview-template.ts';
import { markMissing } from './mark-missing.ts';

interface TemplatePreviewState {
  preview: TemplatePreview | undefined;
  /** The text with gaps marked; falls back to the body until the server has answered. */
  text: string;
  isStale: boolean;
  error: unknown;
}

/** What a body becomes for a contact. The server renders; gaps are marked by asking once more. */
export function useTemplatePreview(body: string, contactId: string | undefined): TemplatePreviewState {
  const api = useApi();
  const isBlank = body.trim() === '';
  const plain = useQuery({ ...templatePreviewQuery(api, body, contactId), enabled: !isBlank });
  const missing = plain.data?.missing ?? [];
  const marked = useQuery({
    ...templatePreviewQuery(api, markMissing(body, missing), contactId),
    enabled: !isBlank && missing.length > 0 && !plain.isPlaceholderData,
  });
  const preview = isBlank ? undefined : plain.data;
  const rendered = missing.length > 0 ? (marked.data?.text ?? plain.data?.text) : plain.data?.text;
  return {
    preview,
    text: isBlank ? '' : preview === undefined || preview.error !== null ? body : (rendered ?? body),
    isStale: plain.isPlaceholderData || marked.isPlaceholderData,
    error: plain.error,
  };
}
