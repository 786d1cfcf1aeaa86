import { FileUp } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#lib/class-names.ts';

/** Takes one file, dropped or chosen. The button makes dropping optional. */
export function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const hintId = useId();
  const [isOver, setIsOver] = useState(false);

  function take(files: FileList | null): void {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  }
  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setIsOver(false);
    take(event.dataTransfer.files);
  }

  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
      className={cn(
        'flex min-h-64 flex-col items-center justify-center rounded-2xl border-2 border-dashed px-6 py-10 text-center transition-colors',
        isOver ? 'border-primary bg-primary-soft/60' : 'border-input bg-card',
      )}
    >
      <span
        aria-hidden
        className="flex size-14 items-center justify-center rounded-2xl bg-primary-soft text-primary-text"
      >
        <FileUp className="size-6" strokeWidth={1.8} />
      </span>
      <p className="mt-4 text-base font-semibold tracking-tight">
        {isOver ? t('imports.file.dropNow') : t('imports.file.drop')}
      </p>
      <p className="mt-1 text-sm text-muted-foreground">{t('imports.file.or')}</p>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
        hidden
        onChange={(event) => {
          take(event.target.files);
          // So that the same file, corrected, can be chosen again.
          event.target.value = '';
        }}
      />
      <Button className="mt-3" aria-describedby={hintId} onClick={() => input.current?.click()}>
        {t('imports.file.choose')}
      </Button>
      <p id={hintId} className="mt-4 max-w-sm text-[0.8125rem] text-pretty text-muted-foreground">
        {t('imports.file.formats')}
      </p>
    </div>
  );
}
