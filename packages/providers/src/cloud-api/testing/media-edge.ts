import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bytesOf, type GraphComplaint, refuse } from './graph-reply.ts';
import type { GraphMessage } from './message-schema.ts';

/** Files by the id that was answered. */
export type GraphMedia = Map<string, { readonly mimeType: string; readonly bytes: number }>;

const mediaTypes =
  /^(audio\/(aac|amr|mpeg|mp4|ogg(; ?codecs=opus)?)|image\/(jpeg|png|webp)|video\/(mp4|3gpp)|text\/plain|application\/(pdf|msword|vnd\..+))$/;
const parameters: ReadonlySet<string> = new Set(['messaging_product', 'file', 'type']);

/** `POST /{phone-number-id}/media`. */
export async function takeMedia(
  incoming: IncomingMessage,
  reply: ServerResponse,
  media: GraphMedia,
): Promise<void> {
  const body = await bytesOf(incoming);
  const type = incoming.headers['content-type'] ?? '';
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (form === undefined) return refuse(reply, { code: 100, details: 'The body must be a form.' });
  const unknown = [...form.keys()].find((key) => !parameters.has(key));
  if (unknown !== undefined) return refuse(reply, { code: 100, details: `Unknown parameter ${unknown}.` });
  const file = form.get('file');
  if (form.get('messaging_product') !== 'whatsapp' || !(file instanceof File) || form.get('type') === null) {
    return refuse(reply, { code: 131008, details: 'messaging_product, file and type are required.' });
  }
  if (!mediaTypes.test(file.type) || file.type !== form.get('type')) {
    return refuse(reply, { code: 131053, details: `Media type ${file.type} is not supported.` });
  }
  const id = String(1_000_000_000_000_000 + media.size);
  media.set(id, { mimeType: file.type, bytes: file.size });
  answer(reply, 200, { id });
}

/** A file that a message names by id must have been uploaded. */
export function mediaComplaint(message: GraphMessage, media: GraphMedia): GraphComplaint | undefined {
  const part = message.body[message.type];
  if (typeof part !== 'object' || part === null || !('id' in part)) return undefined;
  const id = String(part.id);
  return media.has(id) ? undefined : { code: 131009, details: `Media ${id} does not exist.` };
}
