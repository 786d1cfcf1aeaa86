import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#components/copy-button.tsx';

/** A secret that is shown this once; or that it was shown before, and what to do. */
export function SecretPanel({ secret }: { secret: string | null }) {
  const { t } = useTranslation();
  if (secret === null) {
    return <p className="text-sm text-pretty text-warning-text">{t('webhooks.secret.gone')}</p>;
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-center gap-2 text-sm font-medium">
        <KeyRound aria-hidden className="size-4 text-primary-text" />
        {t('webhooks.secret.title')}
      </p>
      <div className="flex items-center gap-2 rounded-control border bg-muted/60 py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 py-1 text-[0.8125rem] break-all" data-testid="webhook-secret">
          {secret}
        </code>
        <CopyButton text={secret} label={t('webhooks.secret.copy')} />
      </div>
      <p className="text-[0.8125rem] text-pretty text-muted-foreground">{t('webhooks.secret.note')}</p>
    </div>
  );
}
