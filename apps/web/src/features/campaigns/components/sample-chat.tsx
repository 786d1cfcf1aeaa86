import type { Preflight } from '@zaphub/types';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChatPreview } from '#components/whatsapp/chat-preview.tsx';
import { Button } from '#components/ui/button.tsx';
import { formatPhone } from '#lib/format.ts';

interface SampleChatProps {
  /** Real recipients, as the server rendered them. */
  sample: Preflight['sample'];
  /** Shown while there is no recipient to show it for. */
  body: string;
  stale?: boolean;
}

/** The message as real recipients will see it, one after another. */
export function SampleChat({ sample, body, stale = false }: SampleChatProps) {
  const { t } = useTranslation();
  const [index, setIndex] = useState(0);
  const position = Math.min(index, Math.max(0, sample.length - 1));
  const shown = sample[position];
  const name = shown?.name ?? (shown === undefined ? t('templates.preview.title') : formatPhone(shown.phone));
  return (
    <ChatPreview
      text={shown?.text ?? body}
      name={name}
      phone={shown === undefined ? undefined : formatPhone(shown.phone)}
      placeholder={t('templates.preview.placeholder')}
      stale={stale}
      footer={
        sample.length > 1 ? (
          <div className="flex items-center justify-between border-t bg-card px-2 py-1.5 text-[0.8125rem] text-muted-foreground">
            <Button
              variant="ghost"
              size="iconSm"
              aria-label={t('campaigns.preflight.samplePrevious')}
              disabled={position === 0}
              onClick={() => setIndex(position - 1)}
            >
              <ChevronLeft aria-hidden />
            </Button>
            <span className="truncate">{t('campaigns.preflight.sample', { name })}</span>
            <Button
              variant="ghost"
              size="iconSm"
              aria-label={t('campaigns.preflight.sampleNext')}
              disabled={position >= sample.length - 1}
              onClick={() => setIndex(position + 1)}
            >
              <ChevronRight aria-hidden />
            </Button>
          </div>
        ) : null
      }
    />
  );
}
