import type { OptOutTestResult } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { BellOff, BellRing, MessageSquare } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useDescribeError } from '#lib/describe-error.ts';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { wordTestQuery } from '../api/settings.ts';

interface WordTesterProps {
  stopWords: readonly string[];
  startWords: readonly string[];
  /** The words on screen are not saved yet. */
  isDirty: boolean;
}

/** Would this sentence opt somebody out? Judged as a message would be, by the words on screen. */
export function WordTester({ stopWords, startWords, isDirty }: WordTesterProps) {
  const { t } = useTranslation();
  const describe = useDescribeError();
  const [text, setText] = useState('');
  const asked = useDebounced(
    JSON.stringify({ text: text.trim(), stop_words: stopWords, start_words: startWords }),
    300,
  );
  // Made three lines above.
  const words = JSON.parse(asked) as Parameters<typeof wordTestQuery>[1];
  const result = useQuery(wordTestQuery(useApi(), words));
  const isShown = words.text !== '' && text.trim() !== '';
  return (
    <section className="flex flex-col gap-3 rounded-xl bg-muted/60 p-4">
      <Field
        label={t('optOuts.tester.label')}
        hint={isDirty ? t('optOuts.tester.unsaved') : t('optOuts.tester.hint')}
      >
        {(control) => (
          <Input
            {...control}
            value={text}
            maxLength={4096}
            placeholder={t('optOuts.tester.placeholder')}
            onChange={(event) => setText(event.target.value)}
            // The form around it is saved by its button.
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault();
            }}
          />
        )}
      </Field>
      <div aria-live="polite" className="min-h-6 text-sm">
        {!isShown ? null : result.data !== undefined ? (
          <Verdict result={result.data} />
        ) : result.error === null ? null : (
          <p className="text-danger-text">{describe(result.error)}</p>
        )}
      </div>
    </section>
  );
}

function Verdict({ result }: { result: OptOutTestResult }) {
  const { t } = useTranslation();
  const { wish, match, word } = result;
  if (wish === null || match === null) {
    return (
      <p className="flex items-start gap-2">
        <MessageSquare aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
        {t('optOuts.tester.nothing')}
      </p>
    );
  }
  const Icon = wish === 'stop' ? BellOff : BellRing;
  return (
    <p className="flex items-start gap-2">
      <Icon
        aria-hidden
        className={`mt-0.5 size-4 shrink-0 ${wish === 'stop' ? 'text-warning-text' : 'text-success-text'}`}
      />
      <span>
        <strong className="font-medium">{t(`optOuts.tester.${wish}`)}</strong>{' '}
        {t(`optOuts.tester.match.${match}`, { word })}
      </span>
    </p>
  );
}
