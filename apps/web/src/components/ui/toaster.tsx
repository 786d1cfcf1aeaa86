import { useTranslation } from 'react-i18next';
import { Toaster as Sonner } from 'sonner';

/** Where short confirmations appear; above the bottom navigation on phones. */
export function Toaster() {
  const { t } = useTranslation();
  return (
    <Sonner
      containerAriaLabel={t('common.notifications')}
      position="bottom-right"
      theme="light"
      mobileOffset={{ bottom: '5rem' }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start gap-3 rounded-xl font-sans border bg-popover p-3.5 text-sm text-foreground shadow-float [&_[data-icon]]:mt-0.5',
          title: 'font-medium',
          description: 'mt-0.5 text-[0.8125rem] text-muted-foreground',
          success: '[&_[data-icon]]:text-success-text',
          error: '[&_[data-icon]]:text-danger-text',
          actionButton:
            'ml-auto shrink-0 self-center rounded-md border border-input px-2.5 py-1 text-[0.8125rem] font-medium hover:bg-muted',
        },
      }}
    />
  );
}
