import type { MediaKind } from '../../message-content.ts';

const mb = 1_048_576;
const office = 'application/vnd.openxmlformats-officedocument.';

/**
 * What Meta takes, and how much of it:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media#supported-media-types
 */
const kinds: readonly {
  readonly media: MediaKind;
  readonly maxBytes: number;
  readonly types: readonly string[];
}[] = [
  { media: 'image', maxBytes: 5 * mb, types: ['image/jpeg', 'image/png'] },
  // An animated sticker; a still one may have 100 KB, which only Meta can tell.
  { media: 'sticker', maxBytes: 500 * 1_024, types: ['image/webp'] },
  { media: 'video', maxBytes: 16 * mb, types: ['video/mp4', 'video/3gpp'] },
  {
    media: 'audio',
    maxBytes: 16 * mb,
    types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  },
  {
    media: 'document',
    maxBytes: 100 * mb,
    types: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.ms-powerpoint',
      `${office}wordprocessingml.document`,
      `${office}spreadsheetml.sheet`,
      `${office}presentationml.presentation`,
    ],
  },
];

/** What a file of a type can be sent as, and its most bytes; `undefined` for a type that Meta does not take. */
export function mediaRuleOf(
  mimeType: string,
): { readonly media: MediaKind; readonly maxBytes: number } | undefined {
  const type = mimeType.split(';')[0]?.trim().toLowerCase() ?? '';
  return kinds.find((kind) => kind.types.includes(type));
}
