import type { AnyMediaMessageContent, proto, WAMediaUploadFunction } from 'baileys';
import type { MediaKind } from '../../message-content.ts';
import type { Baileys } from '../load-baileys.ts';
import { silentLogger } from '../silent-logger.ts';
import type { FetchFailure, FetchFile } from './fetch-file.ts';

/** A file as a message carries it: where it is and how it is opened, without words beneath it. */
export interface PreparedMedia {
  readonly part: proto.IMessage;
}

/** Encrypts a link's file and uploads it; the same link within ten minutes is uploaded once. */
export type PrepareMedia = (
  media: MediaKind,
  link: string,
  signal: AbortSignal,
) => Promise<PreparedMedia | FetchFailure>;

const megabyte = 1_048_576;
/** What WhatsApp takes of each kind. */
const maxBytes: Readonly<Record<MediaKind, number>> = {
  image: 16 * megabyte,
  video: 16 * megabyte,
  audio: 16 * megabyte,
  sticker: megabyte / 2,
  document: 100 * megabyte,
};
const keptMs = 10 * 60_000;
const keptFiles = 50;

/** For one socket: WhatsApp gives the right to upload to a session. */
export function createPrepareMedia(
  { lib }: Baileys,
  fetchFile: FetchFile,
  upload: WAMediaUploadFunction,
): PrepareMedia {
  const kept = new Map<
    string,
    { readonly at: number; readonly file: Promise<PreparedMedia | FetchFailure> }
  >();

  const prepare = async (
    media: MediaKind,
    link: string,
    signal: AbortSignal,
  ): Promise<PreparedMedia | FetchFailure> => {
    const file = await fetchFile(link, { maxBytes: maxBytes[media], signal });
    if ('failed' in file) return file;
    const mimetype = file.mimeType ?? 'application/octet-stream';
    const options = { upload, logger: silentLogger, mediaUploadTimeoutMs: 60_000 };
    // An empty preview and a length of nought: Baileys would look for a converter on this machine.
    const prepared = (content: AnyMediaMessageContent): Promise<proto.IMessage> =>
      lib.prepareWAMessageMedia(content, options);
    switch (media) {
      case 'image':
        return { part: await prepared({ image: file.bytes, mimetype, jpegThumbnail: '' }) };
      case 'video':
        return { part: await prepared({ video: file.bytes, mimetype, jpegThumbnail: '' }) };
      case 'audio':
        return { part: await prepared({ audio: file.bytes, mimetype, seconds: 0 }) };
      case 'document':
        return { part: await prepared({ document: file.bytes, mimetype }) };
      case 'sticker':
        return { part: await prepared({ sticker: file.bytes, mimetype }) };
      default:
        return media satisfies never;
    }
  };

  return (media, link, signal) => {
    const key = `${media} ${link}`;
    const known = kept.get(key);
    if (known !== undefined && performance.now() - known.at < keptMs) return known.file;
    const file = prepare(media, link, signal);
    kept.delete(key);
    kept.set(key, { at: performance.now(), file });
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFiles) break;
      kept.delete(oldest);
    }
    const forget = (): void => void (kept.get(key)?.file === file && kept.delete(key));
    file.then((done) => 'failed' in done && forget(), forget);
    return file;
  };
}
