import type { Conversation } from '@zaphub/types';
import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormAlert } from '#components/form-alert.tsx';
import { Button } from '#components/ui/button.tsx';
import { Textarea } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useReply } from '../api/conversations.ts';

const longest = 4096;

/** Where an answer is written; Enter sends, Shift and Enter begins a line. What was not sent stays. */
export function ReplyForm({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const describe = useDescribeError();
  const [text, setText] = useState('');
  const key = useRef(crypto.randomUUID());
  const reply = useReply(conversation.id);
  const now = useNow(30_000);
  const hasOptedOut = conversation.contact.opted_out_at !== null;
  const until = conversation.answer_until;
  if (hasOptedOut && (until === null || new Date(until) <= now)) {
    return <p className="border-t px-4 py-3 text-sm text-muted-foreground">{t('inbox.optedOut')}</p>;
  }

  function send(): void {
    const words = text.trim();
    if (words === '' || reply.isPending) return;
    reply.mutate(
      { text: words, key: key.current },
      {
        onSuccess: () => {
          key.current = crypto.randomUUID();
          setText('');
        },
      },
    );
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While a character is being composed, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {reply.error === null ? null : (
        <div className="mb-2">
          <FormAlert>
            {t('inbox.notSent')} {describe(reply.error)}
          </FormAlert>
        </div>
      )}
      {hasOptedOut && until !== null ? (
        <p className="mb-2 px-1 text-[0.8125rem] text-pretty text-muted-foreground">
          {t('inbox.mayAnswer', { when: format.dateTime(until) })}
        </p>
      ) : null}
      <div className="flex items-end gap-2">
        <Textarea
          aria-label={t('inbox.write')}
          placeholder={t('inbox.write')}
          rows={1}
          maxLength={longest}
          className="field-sizing-content max-h-40 min-h-10 resize-none"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            // Other words are another message, whatever became of the last.
            if (!reply.isPending) key.current = crypto.randomUUID();
          }}
          onKeyDown={onKeyDown}
        />
        <Button type="submit" size="icon" aria-label={t('inbox.send')} busy={reply.isPending}>
          <SendHorizontal aria-hidden />
        </Button>
      </div>
    </form>
  );
}
