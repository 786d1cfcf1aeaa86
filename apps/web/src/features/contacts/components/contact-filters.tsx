import { useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Button } from '#components/ui/button.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { tagsQuery } from '../api/list-tags.ts';

/** No tag can look like this: tags are trimmed. */
const everyTag = ' ';

/** Search and tag, kept in the URL so that a filtered list can be shared and survives Back. */
export function ContactFilters() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const inUrl = parameters.get('q') ?? '';
  const [text, setText] = useState(inUrl);
  const settled = useDebounced(text.trim(), 300);
  const tags = useQuery(tagsQuery(useApi())).data?.data ?? [];

  useEffect(() => {
    setParameters(
      (current) => {
        if ((current.get('q') ?? '') === settled) return current;
        return withFilter(current, 'q', settled);
      },
      { replace: true },
    );
  }, [settled, setParameters]);

  // Back and "clear filters" change the URL from outside.
  const [lastInUrl, setLastInUrl] = useState(inUrl);
  if (lastInUrl !== inUrl) {
    setLastInUrl(inUrl);
    if (inUrl !== settled) setText(inUrl);
  }

  return (
    <div className="flex flex-wrap gap-2" role="search">
      <div className="relative min-w-48 flex-1 sm:max-w-xs">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
        />
        <Input
          value={text}
          onChange={(event) => setText(event.target.value)}
          type="search"
          enterKeyHint="search"
          aria-label={t('contacts.searchLabel')}
          placeholder={t('contacts.searchPlaceholder')}
          className="pr-9 pl-9 [&::-webkit-search-cancel-button]:hidden"
        />
        {text === '' ? null : (
          <Button
            variant="ghost"
            size="iconSm"
            aria-label={t('common.action.clear')}
            onClick={() => setText('')}
            className="absolute top-1/2 right-0.5 size-8 -translate-y-1/2 active:-translate-y-1/2"
          >
            <X aria-hidden />
          </Button>
        )}
      </div>
      <Select
        aria-label={t('contacts.tagLabel')}
        className="w-auto max-w-56 min-w-40"
        value={parameters.get('tag') ?? everyTag}
        onChange={(tag) => setParameters(withFilter(parameters, 'tag', tag === everyTag ? '' : tag))}
        options={[
          { value: everyTag, label: t('contacts.allTags') },
          ...tags.map(({ tag, contacts }) => ({
            value: tag,
            label: t('contacts.tagCount', { tag, count: contacts }),
          })),
        ]}
      />
    </div>
  );
}

/** Another filter means another list: the cursor of the old one goes. */
function withFilter(current: URLSearchParams, key: string, value: string): URLSearchParams {
  const next = new URLSearchParams(current);
  next.delete('after');
  if (value === '') next.delete(key);
  else next.set(key, value);
  return next;
}
