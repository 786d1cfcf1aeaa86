import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { ErrorState } from '#components/error-state.tsx';
import { Page } from '#components/page.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { importQuery } from '../api/get-import.ts';
import { uploadFile } from '../api/upload-file.ts';
import { FileDrop } from '../components/file-drop.tsx';
import { UploadProgress } from '../components/upload-progress.tsx';

const example = [
  'name;phone;city;tags',
  'Maria Souza;(11) 98765-4321;São Paulo;vip',
  'João Lima;+55 81 99876-1234;Recife;',
].join('\n');

/** Takes a file and uploads it; the mapping follows on the page of the import. */
export function NewImportRoute() {
  const { t } = useTranslation();
  const api = useApi();
  const canImport = useCan('operator');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [ratio01, setRatio01] = useState(0);
  const abort = useRef<AbortController>(undefined);
  const upload = useMutation({
    mutationFn: (file: File) => {
      setRatio01(0);
      abort.current = new AbortController();
      return uploadFile(api, file, setRatio01, abort.current.signal);
    },
    onSuccess: (job) => {
      queryClient.setQueryData(importQuery(api, job.id).queryKey, job);
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'imports', 'list'] });
      void navigate(`/contacts/imports/${job.id}`, { replace: true });
    },
  });
  const wasCancelled = upload.error instanceof DOMException && upload.error.name === 'AbortError';

  return (
    <Page
      title={t('imports.new')}
      note={t('imports.file.note')}
      back={{ to: '/contacts', label: t('imports.back') }}
      width="narrow"
    >
      {canImport ? null : (
        <EmptyState icon={<Lock />} title={t('common.forbidden.title')}>
          {t('imports.file.readOnly')}
        </EmptyState>
      )}
      {!canImport ? null : upload.isPending && upload.variables !== undefined ? (
        <UploadProgress file={upload.variables} ratio01={ratio01} onCancel={() => abort.current?.abort()} />
      ) : upload.isError && !wasCancelled ? (
        <div className="card flex min-h-64 flex-col items-center justify-center pb-8">
          <ErrorState error={upload.error} what={t('imports.file.failed', { name: upload.variables.name })} />
          <Button onClick={() => upload.reset()}>{t('imports.file.another')}</Button>
        </div>
      ) : (
        <FileDrop onFile={(file) => upload.mutate(file)} />
      )}
      {canImport ? (
        <Card title={t('imports.file.example')} note={t('imports.file.exampleNote')}>
          <pre
            className="overflow-x-auto rounded-lg bg-muted p-3 font-mono text-xs leading-relaxed"
            tabIndex={0}
            aria-label={t('imports.file.example')}
          >
            {example}
          </pre>
        </Card>
      ) : null}
    </Page>
  );
}
