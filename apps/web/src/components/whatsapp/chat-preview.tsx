import { CheckCheck, Moon, Sun } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';
import { FormattedText } from './formatted-text.tsx';

interface ChatPreviewProps {
  text: string;
  /** Who reads it; shown in the phone's title bar. */
  name: string;
  phone?: string | undefined;
  /** Shown in the bubble's place when there is no text yet. */
  placeholder: string;
  /** The preview is being made again. */
  stale?: boolean;
  className?: string;
  footer?: ReactNode;
}

/** A WhatsApp chat with one message, as the recipient gets it, on the light or the dark wallpaper. */
export function ChatPreview({
  text,
  name,
  phone,
  placeholder,
  stale = false,
  className,
  footer,
}: ChatPreviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [scheme, setScheme] = useState(() =>
    document.documentElement.classList.contains('dark') ? 'dark' : 'light',
  );
  const isDark = scheme === 'dark';
  const Icon = isDark ? Sun : Moon;
  return (
    <figure
      aria-label={t('templates.preview.label', { name })}
      className={cn(
        'flex flex-col overflow-hidden rounded-2xl border shadow-soft',
        isDark ? 'chat-dark' : 'chat-light',
        className,
      )}
    >
      <figcaption
        className={cn(
          'flex items-center gap-3 px-4 py-2.5 text-white',
          isDark ? 'bg-[#1f2c34]' : 'bg-[#00695c]',
        )}
      >
        <span
          aria-hidden
          className="flex size-9 shrink-0 items-center justify-center rounded-full bg-white/20 text-sm font-semibold"
        >
          {(name.trim()[0] ?? '?').toUpperCase()}
        </span>
        <span className="min-w-0 flex-1 leading-tight">
          <span className="block truncate text-sm font-medium">{name}</span>
          {phone === undefined ? null : (
            <span className="block truncate text-xs text-white/80 tabular-nums">{phone}</span>
          )}
        </span>
        <button
          type="button"
          aria-label={t(isDark ? 'templates.preview.light' : 'templates.preview.dark')}
          onClick={() => setScheme(isDark ? 'light' : 'dark')}
          className="flex size-8 items-center justify-center rounded-full text-white/90 hover:bg-white/15 focus-visible:outline-white"
        >
          <Icon aria-hidden className="size-4" />
        </button>
      </figcaption>
      <div className="chat-wallpaper flex min-h-56 flex-1 flex-col items-end justify-end p-4">
        <div
          className={cn(
            'relative max-w-[92%] min-w-28 rounded-xl rounded-tr-sm bg-chat-bubble px-3 pt-2 pb-1.5 text-[0.9375rem] leading-[1.38] text-chat-text shadow-[0_1px_1px_rgb(0_0_0/18%)] transition-opacity',
            stale && 'opacity-70',
          )}
        >
          <div className="break-words whitespace-pre-wrap" aria-live="polite">
            {text === '' ? (
              <span className="text-chat-meta italic">{placeholder}</span>
            ) : (
              <FormattedText text={text} />
            )}
          </div>
          <div
            aria-hidden
            className="-mb-0.5 flex items-center justify-end gap-1 text-[0.6875rem] text-chat-meta tabular-nums"
          >
            {format.time(new Date())}
            <CheckCheck className="size-4 text-chat-tick" />
          </div>
        </div>
      </div>
      {footer}
    </figure>
  );
}
