import type { InboundContent } from '@zaphub/providers';
import { storableText } from '../opt-outs/index.ts';

/** A message of an unknown kind that is longer than this is kept without its body. */
const longestRaw = 64 * 1024;
const longestPreview = 200;

/** A message's content as the database takes it: nothing in it can make the statement that stores it fail. */
export function storedContent(content: InboundContent): string {
  const json = JSON.stringify(content, (_key, value: unknown) =>
    typeof value === 'string' ? storableText(value) : value,
  );
  if (json.length <= longestRaw || content.kind !== 'other') return json;
  return JSON.stringify({ kind: 'other', type: storableText(content.type), raw: null, is_cut: true });
}

/** The words of a message, for a list of conversations; null when it has none. */
export function previewOf(content: InboundContent): string | null {
  const text = wordsOf(content);
  return text === undefined ? null : storableText(text).slice(0, longestPreview).toWellFormed();
}

/** What may be a keyword: what somebody typed, or the words of the button they tapped. */
export function keywordOf(content: InboundContent): { text: string; isButton: boolean } | undefined {
  switch (content.kind) {
    case 'text':
      return { text: content.text, isButton: false };
    case 'button':
      return { text: content.text, isButton: true };
    case 'choice':
      return { text: content.title, isButton: true };
    case 'media':
    case 'reaction':
    case 'location':
    case 'other':
      return undefined;
    default:
      return content satisfies never;
  }
}

function wordsOf(content: InboundContent): string | undefined {
  switch (content.kind) {
    case 'text':
    case 'button':
      return content.text;
    case 'choice':
      return content.title;
    case 'media':
      return content.caption ?? content.filename;
    case 'location':
      return content.name;
    case 'reaction':
      return content.emoji;
    case 'other':
      return undefined;
    default:
      return content satisfies never;
  }
}
