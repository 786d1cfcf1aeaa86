import type { MessageContent } from '@zaphub/providers';
import type { ClaimedMessage } from '../messages/index.ts';
import type { DirectContent } from '../direct-messages/index.ts';
import type { CompiledTemplate } from '../templates/index.ts';

/** The texts of some messages, and the ones that have none, by reason. */
export interface RenderedBatch {
  readonly texts: ReadonlyMap<string, string>;
  /** What to send instead, of those that have more to say than a text. */
  readonly contents: ReadonlyMap<string, MessageContent>;
  readonly skipped: ReadonlyMap<string, readonly string[]>;
}

const none: Record<string, string> = {};

/** Writes the text of each message. One whose variables are missing or whose text is too long is not sent. */
export function renderBatch(template: CompiledTemplate, messages: readonly ClaimedMessage[]): RenderedBatch {
  const texts = new Map<string, string>();
  const contents = new Map<string, MessageContent>();
  const skipped = new Map<string, string[]>();
  for (const message of messages) {
    const { text, missing, problem, content } = template.render({
      name: message.name,
      phone: message.recipient,
      attributes: message.attributes ?? none,
    });
    const reason = missing.length > 0 ? 'missing_variable' : problem;
    if (reason === undefined) {
      texts.set(message.id, text);
      if (content !== undefined) contents.set(message.id, content);
      continue;
    }
    const ids = skipped.get(reason);
    if (ids === undefined) skipped.set(reason, [message.id]);
    else ids.push(message.id);
  }
  return { texts, contents, skipped };
}

/** The texts of direct messages, which each have their own. One whose content cannot be read is not sent. */
export function directTexts(
  contents: ReadonlyMap<string, DirectContent>,
  messages: readonly ClaimedMessage[],
): RenderedBatch {
  const unreadable = messages.filter((message) => !contents.has(message.id)).map(({ id }) => id);
  return {
    texts: new Map([...contents].map(([id, { text }]) => [id, text])),
    // Each comes with its own.
    contents: new Map(),
    skipped: unreadable.length === 0 ? new Map() : new Map([['content_invalid', unreadable]]),
  };
}

/** Does the text need more of a contact than its name and number? */
export function needsAttributes(template: CompiledTemplate): boolean {
  return template.variables.some((variable) => variable !== 'name' && variable !== 'phone');
}
