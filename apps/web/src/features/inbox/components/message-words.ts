import type { TFunction } from 'i18next';

/** What a message says, or what kind of thing it is when it says nothing. */
export function messageWords(
  t: TFunction,
  message: { kind: string; content: Readonly<Record<string, unknown>> },
): string {
  const { content } = message;
  for (const field of ['text', 'caption', 'title', 'emoji', 'filename', 'name']) {
    const words = content[field];
    if (typeof words === 'string' && words !== '') return words;
  }
  return kindWords(t, message.kind);
}

/** The name of a kind of message. */
export function kindWords(t: TFunction, kind: string): string {
  switch (kind) {
    case 'media':
      return t('inbox.kind.media');
    case 'reaction':
      return t('inbox.kind.reaction');
    case 'location':
      return t('inbox.kind.location');
    case 'template':
      return t('inbox.kind.template');
    default:
      return t('inbox.kind.other');
  }
}
