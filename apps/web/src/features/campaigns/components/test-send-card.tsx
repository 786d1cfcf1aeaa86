import { MessageCircle } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useTestSend } from '../api/test-send.ts';

/** Sends what the campaign says to one number, to see it as people will. */
export function TestSendCard({ campaignId }: { campaignId: string }) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const send = useTestSend(campaignId);
  const [to, setTo] = useState('');
  // Pressed twice it is sent once; after an answer the next press is another wish.
  const [key, setKey] = useState(() => crypto.randomUUID());

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (to.trim() === '') return;
    send.mutate(
      { to: to.trim(), key },
      {
        onSuccess: () => toast.success(t('campaigns.test.sent')),
        onError: (error) => toastError(t('campaigns.test.failed'), error),
        onSettled: () => setKey(crypto.randomUUID()),
      },
    );
  }

  return (
    <Card title={t('campaigns.test.title')}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={t('campaigns.test.to')} hint={t('campaigns.test.hint')}>
          {(control) => (
            <Input
              {...control}
              type="tel"
              autoComplete="tel"
              value={to}
              onChange={(event) => setTo(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="secondary" disabled={send.isPending || to.trim() === ''}>
          <MessageCircle aria-hidden />
          {t('campaigns.test.send')}
        </Button>
      </form>
    </Card>
  );
}
