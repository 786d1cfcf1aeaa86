import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  note?: ReactNode;
  children: ReactNode;
}

/** Details beside the list they belong to: from the right on wide screens, from below on phones. */
export function Sheet({ open, onOpenChange, title, note, children }: SheetProps) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40 transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0 dark:bg-black/60" />
        <Dialog.Popup className="fixed inset-x-0 bottom-0 z-50 flex max-h-[85dvh] flex-col rounded-t-2xl border bg-popover shadow-float transition-transform duration-250 ease-out outline-none data-ending-style:translate-y-full data-starting-style:translate-y-full sm:inset-y-2 sm:right-2 sm:left-auto sm:max-h-none sm:w-96 sm:rounded-2xl sm:data-ending-style:translate-x-[105%] sm:data-ending-style:translate-y-0 sm:data-starting-style:translate-x-[105%] sm:data-starting-style:translate-y-0">
          <header className="flex items-start gap-3 border-b px-5 py-4">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="truncate text-base font-semibold tracking-tight">{title}</Dialog.Title>
              {note === undefined ? null : (
                <Dialog.Description className="mt-0.5 text-sm text-muted-foreground">
                  {note}
                </Dialog.Description>
              )}
            </div>
            <Dialog.Close
              render={<Button variant="ghost" size="iconSm" aria-label={t('common.action.close')} />}
            >
              <X aria-hidden />
            </Dialog.Close>
          </header>
          <div className="overflow-y-auto overscroll-contain p-5">{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
