import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { contactsQuery } from '#features/contacts/index.ts';
import { useApi } from '#lib/services.tsx';

const always = ['first_name', 'name', 'phone'];
const mostShown = 14;

/** What a template can insert: what every contact has, then the fields of the newest contacts, most frequent first. */
export function useVariables(): readonly string[] {
  const contacts = useQuery(contactsQuery(useApi(), { limit: 50 })).data?.data;
  return useMemo(() => {
    const uses = new Map<string, number>();
    for (const contact of contacts ?? []) {
      for (const key of Object.keys(contact.attributes)) uses.set(key, (uses.get(key) ?? 0) + 1);
    }
    const fields = [...uses].sort((a, b) => b[1] - a[1]).map(([key]) => key);
    return [...always, ...fields.filter((key) => /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key))].slice(0, mostShown);
  }, [contacts]);
}
