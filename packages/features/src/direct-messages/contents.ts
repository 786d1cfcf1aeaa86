import type { MessageContent } from '@zaphub/types';
import { messageContent } from '@zaphub/types';
import type { MessageContent as NetworkContent } from '@zaphub/providers';

/** Runs one named prepared statement. */
type RunStatement = <R>(name: string, text: string, values: readonly unknown[]) => Promise<R[]>;

/** What a claimed direct message says. */
export interface DirectContent {
  /** In plain words. */
  readonly text: string;
  /** What to send instead of the text; absent for plain text. */
  readonly content?: NetworkContent;
  readonly replyTo?: string;
}

/** Reads what claimed direct messages say, by their ids. One whose content cannot be read is left out. */
export async function readContents(
  run: RunStatement,
  tenantId: string,
  messageIds: readonly string[],
): Promise<Map<string, DirectContent>> {
  const rows = await run<{ id: string; content: unknown; replyTo: string | null }>(
    'direct_contents',
    `select message_id as id, content, reply_to as "replyTo" from message_contents
     where tenant_id = $1 and message_id = any($2::uuid[])`,
    [tenantId, messageIds],
  );
  const contents = new Map<string, DirectContent>();
  for (const row of rows) {
    const parsed = messageContent.safeParse(row.content);
    if (!parsed.success) continue;
    const content = forNetwork(parsed.data);
    contents.set(row.id, {
      text: textOf(parsed.data),
      ...(content === undefined ? {} : { content }),
      ...(row.replyTo === null ? {} : { replyTo: row.replyTo }),
    });
  }
  return contents;
}

/** What a message says in plain words: for logs, previews and networks that know text alone. */
export function textOf(content: MessageContent): string {
  switch (content.kind) {
    case 'text':
    case 'buttons':
      return content.text;
    case 'media':
      return content.caption ?? '';
    case 'template':
      return content.body?.map((value) => value.text).join(' ') ?? '';
    default:
      return content satisfies never;
  }
}

/** In the transports' terms; `undefined` for text that needs no more than its words. */
function forNetwork(content: MessageContent): NetworkContent | undefined {
  if (content.kind !== 'text') return content;
  if (content.previews_links === undefined) return undefined;
  return { kind: 'text', text: content.text, previewsLinks: content.previews_links };
}
