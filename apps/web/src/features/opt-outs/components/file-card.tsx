import type { OptOutFileResult } from '@zaphub/types';
import { useMutation } from '@tanstack/react-query';
import { Download, FileUp } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FormAlert } from '#components/form-alert.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { useDescribeError, useToastError } from '#lib/describe-error.ts';
import { saveDownload } from '#lib/save-download.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useCan } from '#lib/workspace.ts';
import { useUploadNumbers } from '../api/upload-numbers.ts';

/** A list of numbers from elsewhere that must get no messages. */
export function UploadCard() {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const canUpload = useCan('operator');
  const input = useRef<HTMLInputElement>(null);
  const upload = useUploadNumbers();
  return (
    <Card title={t('optOuts.upload.title')} note={t('optOuts.upload.note')}>
      <div className="flex flex-col gap-3 text-sm">
        {upload.isError ? (
          <FormAlert>
            {t('errors.what', { what: t('optOuts.upload.failed'), why: describe(upload.error) })}
          </FormAlert>
        ) : null}
        <div aria-live="polite">{upload.data === undefined ? null : <Result result={upload.data} />}</div>
        {canUpload ? (
          <div>
            <input
              ref={input}
              type="file"
              accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
              hidden
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file !== undefined) upload.mutate(file);
                // So that the same file, corrected, can be chosen again.
                event.target.value = '';
              }}
            />
            <Button variant="secondary" busy={upload.isPending} onClick={() => input.current?.click()}>
              <FileUp aria-hidden />
              {t('optOuts.upload.choose')}
            </Button>
          </div>
        ) : null}
      </div>
    </Card>
  );
}

const mostShown = 8;

function Result({ result }: { result: OptOutFileResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const wrong = result.errors.length + result.more_errors;
  return (
    <div className="flex flex-col gap-2 rounded-xl border p-3">
      <p className="font-medium">{t('optOuts.upload.done', { count: result.opted_out })}</p>
      <p className="text-[0.8125rem] text-muted-foreground">
        {t('optOuts.upload.counts', {
          rows: format.number(result.rows),
          numbers: format.number(result.numbers),
          known: format.number(Math.max(0, result.numbers - result.opted_out)),
        })}
      </p>
      {wrong === 0 ? null : (
        <div className="text-[0.8125rem]">
          <p className="text-warning-text">{t('optOuts.upload.wrong', { count: wrong })}</p>
          <ul className="mt-1 flex flex-col gap-0.5 text-muted-foreground">
            {result.errors.slice(0, mostShown).map((error) => (
              <li key={error.row} className="break-all">
                {t('optOuts.upload.row', { row: format.number(error.row), value: error.value })}
                {' · '}
                {t(`imports.rowError.${error.code}`)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** Everything that was ever said about getting messages, as a file to show to whoever asks. */
export function LogCard() {
  const { t } = useTranslation();
  const api = useApi();
  const toastError = useToastError();
  const download = useMutation({
    mutationFn: () => saveDownload(api, '/opt-outs/log.csv', 'opt-outs.csv', 0),
    onError: (error) => toastError(t('optOuts.log.failed'), error),
  });
  return (
    <Card title={t('optOuts.log.title')} note={t('optOuts.log.note')}>
      <Button variant="secondary" busy={download.isPending} onClick={() => download.mutate()}>
        <Download aria-hidden />
        {t('optOuts.log.download')}
      </Button>
    </Card>
  );
}
