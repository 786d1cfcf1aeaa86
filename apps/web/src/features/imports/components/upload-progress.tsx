import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { useFormat } from '#lib/use-format.ts';

interface UploadProgressProps {
  file: File;
  ratio01: number;
  onCancel: () => void;
}

/** Stands where the drop zone was, as high, while the file travels. */
export function UploadProgress({ file, ratio01, onCancel }: UploadProgressProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div
      className="card flex min-h-64 flex-col items-center justify-center px-6 py-10 text-center"
      role="status"
    >
      <p className="max-w-full truncate text-base font-semibold tracking-tight">
        {t('imports.file.uploading', { name: file.name })}
      </p>
      <p className="mt-1 text-sm text-muted-foreground tabular-nums">
        {ratio01 >= 1 ? t('imports.file.reading') : `${format.percent(ratio01)} · ${format.bytes(file.size)}`}
      </p>
      <Progress value01={ratio01} label={t('imports.file.progress')} className="mt-5 max-w-sm" />
      <Button variant="ghost" className="mt-5" onClick={onCancel}>
        {t('imports.file.cancel')}
      </Button>
    </div>
  );
}
