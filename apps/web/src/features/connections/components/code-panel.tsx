import type { Connection, ConnectionCode } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Card } from '#components/ui/card.tsx';
import { Progress } from '#components/ui/progress.tsx';
import { Spinner } from '#components/ui/spinner.tsx';
import { useApi } from '#lib/services.tsx';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { codeQuery } from '../api/get-connection.ts';
import { PairByPhone } from './pair-by-phone.tsx';
import { QrImage } from './qr-image.tsx';

/** The code to scan or to type: it runs out, and the next one comes by itself. */
export function CodePanel({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const canConnect = useCan('operator');
  const isTyped = connection.status === 'pairing_code';
  return (
    <Card title={t(isTyped ? 'connections.code.typeTitle' : 'connections.code.scanTitle')}>
      <div className="grid items-center gap-6 sm:grid-cols-[15rem_minmax(0,1fr)]">
        <div className="mx-auto w-full max-w-60">
          {canConnect ? (
            <LiveCode connection={connection} />
          ) : (
            <p className="text-sm text-muted-foreground">{t('connections.code.notAllowed')}</p>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <ol className="flex list-decimal flex-col gap-2 pl-5 text-sm leading-relaxed marker:font-medium marker:text-muted-foreground">
            {(['one', 'two', 'three'] as const).map((step) => (
              <li key={step}>
                {isTyped ? t(`connections.code.typeSteps.${step}`) : t(`connections.code.scanSteps.${step}`)}
              </li>
            ))}
          </ol>
          {canConnect && !isTyped ? <PairByPhone connectionId={connection.id} /> : null}
        </div>
      </div>
    </Card>
  );
}

function LiveCode({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  if (connection.code === null) return <Waiting words={t('connections.code.waiting')} />;
  // A key for each code: the count begins anew with it.
  return (
    <CountedCode key={connection.code.expires_at} id={connection.id} expiresAt={connection.code.expires_at} />
  );
}

function CountedCode({ id, expiresAt }: { id: string; expiresAt: string }) {
  const { t } = useTranslation();
  const now = useNow(1_000);
  const code = useQuery(codeQuery(useApi(), id, expiresAt));
  const leftMs = new Date(expiresAt).getTime() - now.getTime();
  if (leftMs <= 0 || code.isError) return <Waiting words={t('connections.code.next')} />;
  if (code.data === undefined) return <Waiting words={t('connections.code.waiting')} />;
  const seconds = Math.ceil(leftMs / 1_000);
  return (
    <div className="flex flex-col gap-3">
      <Code code={code.data} />
      <Progress value01={Math.min(1, seconds / longestSeconds)} label={t('connections.code.timeLeft')} />
      <p className="text-center text-[0.8125rem] text-muted-foreground tabular-nums">
        {t('connections.code.countdown', { count: seconds })}
      </p>
    </div>
  );
}

/** The first code of a number lives this long; later ones shorter. */
const longestSeconds = 60;

function Code({ code }: { code: ConnectionCode }) {
  const { t } = useTranslation();
  if (code.kind === 'pairing_code') {
    return (
      <p className="rounded-xl border bg-muted/60 px-3 py-6 text-center font-mono text-2xl font-semibold tracking-[0.18em] select-all">
        {code.code.length === 8 ? `${code.code.slice(0, 4)}-${code.code.slice(4)}` : code.code}
      </p>
    );
  }
  const label = t('connections.code.image');
  return (
    <div className="aspect-square rounded-2xl border bg-white p-1.5 shadow-soft">
      {/* A gateway draws the code itself. */}
      {code.code.startsWith('data:image/') ? (
        <img src={code.code} alt={label} className="size-full rounded-xl [image-rendering:pixelated]" />
      ) : (
        <QrImage text={code.code} label={label} />
      )}
    </div>
  );
}

function Waiting({ words }: { words: string }) {
  return (
    <div
      role="status"
      className="flex aspect-square flex-col items-center justify-center gap-3 rounded-2xl border border-dashed bg-muted/40 px-6 text-center text-sm text-muted-foreground"
    >
      <Spinner className="size-6" />
      {words}
    </div>
  );
}
