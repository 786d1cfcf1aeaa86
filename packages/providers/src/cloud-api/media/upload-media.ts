import { z } from 'zod';
import type { MediaKind } from '../../message-content.ts';
import { type CallFailure, failureOf } from '../call-failure.ts';
import type { CloudAccount } from '../cloud-account.ts';
import type { GraphClient } from '../graph-client.ts';
import { mediaRuleOf } from './media-types.ts';

/** A file to send; all of it is in memory while it is uploaded. */
export interface MediaFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mimeType: string;
  /** With the ending that its type has: Meta looks at both. */
  readonly filename: string;
}

/** The id to send it by, and until when Meta keeps it; or why there is none. */
export type MediaUpload =
  | { readonly ok: true; readonly mediaId: string; readonly media: MediaKind; readonly expiresAt: Date }
  | { readonly ok: false; readonly failure: CallFailure };

export interface UploadMediaOptions {
  readonly signal: AbortSignal;
  /** Default: the present. */
  readonly now?: () => Date;
}

const uploaded = z.object({ id: z.string().min(1) });
const keptMs = 30 * 86_400_000;
const startWithinMs = 30_000;

/**
 * Uploads a file once, to be sent by its id: quicker than a link, which Meta fetches itself. A type or a size that Meta
 * does not take is refused before a byte leaves. Never rejects.
 */
export async function uploadMedia(
  graph: GraphClient,
  account: CloudAccount,
  { file, signal, now = () => new Date() }: UploadMediaOptions & { readonly file: MediaFile },
): Promise<MediaUpload> {
  const rule = mediaRuleOf(file.mimeType);
  if (rule === undefined) return refused('media_type_unsupported', `${file.mimeType} is not taken.`);
  if (file.bytes.byteLength > rule.maxBytes) {
    return refused('media_too_big', `${file.bytes.byteLength} bytes, ${rule.maxBytes} at most.`);
  }
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', file.mimeType);
  form.set('file', new Blob([file.bytes], { type: file.mimeType }), file.filename);
  const encoded = new Response(form);
  const at = now();
  const reply = await graph.call(account, {
    method: 'POST',
    path: [account.phoneNumberId, 'media'],
    body: {
      type: encoded.headers.get('content-type') ?? 'multipart/form-data',
      bytes: new Uint8Array(await encoded.arrayBuffer()),
    },
    signal,
    notAfterMs: performance.now() + startWithinMs,
  });
  if (reply.kind !== 'ok') return { ok: false, failure: failureOf(reply) };
  const read = uploaded.safeParse(reply.value);
  if (!read.success) return { ok: false, failure: { code: 'unreadable_reply', mayRetry: true } };
  const expiresAt = new Date(at.getTime() + keptMs);
  return { ok: true, mediaId: read.data.id, media: rule.media, expiresAt };
}

function refused(code: string, details: string): MediaUpload {
  return { ok: false, failure: { code, mayRetry: false, error: { details } } };
}
