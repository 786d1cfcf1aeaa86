import type { MediaSource, MessageContent, TemplateContent, TemplateValue } from '../message-content.ts';
import type { SendRequest } from '../provider.ts';
import { tagOf } from './message-tag.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Most characters of each part, as each message's page says. */
export const cloudLimits = {
  textChars: 4_096,
  captionChars: 1_024,
  buttons: 3,
  buttonTitleChars: 20,
  perSecond: 80,
  perRecipientMs: 6_000,
} as const;

const buttonsTextChars = 1_024;
const buttonsFooterChars = 60;
const buttonIdChars = 256;

/** The body of a send request, or why no request can be made of it. */
export type MessageBody =
  { readonly ok: true; readonly body: JsonObject } | { readonly ok: false; readonly details: string };

/**
 * The request that sends a message, as `POST /{phone-number-id}/messages` takes it. What Meta would refuse for its
 * form alone is refused here, so that nothing leaves.
 */
export function messageBodyOf(request: SendRequest): MessageBody {
  const recipient = recipientOf(request.to);
  if (recipient === undefined)
    return { ok: false, details: 'The recipient is no phone number and no user id.' };
  const content = request.content ?? { kind: 'text', text: request.text };
  const details = problemOf(content);
  if (details !== undefined) return { ok: false, details };
  return {
    ok: true,
    body: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...recipient,
      biz_opaque_callback_data: tagOf(request.messageId),
      ...(request.replyTo ? { context: { message_id: request.replyTo } } : {}),
      ...partOf(content),
    },
  };
}

const userId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** A number with its plus sign, which Meta asks for; or the business-scoped id of somebody who hides the number. */
function recipientOf(to: string): JsonObject | undefined {
  if (/^\+[1-9]\d{5,14}$/.test(to)) return { to };
  return userId.test(to) ? { recipient: to } : undefined;
}

function partOf(content: MessageContent): JsonObject {
  switch (content.kind) {
    case 'text':
      return { type: 'text', text: { body: content.text, preview_url: content.previewsLinks ?? false } };
    case 'media': {
      const { media, source, caption, filename } = content;
      const file = {
        ...fileOf(source),
        ...(caption === undefined || caption === '' ? {} : { caption }),
        ...(media === 'document' && filename !== undefined ? { filename } : {}),
      };
      return { type: media, [media]: file };
    }
    case 'template':
      return { type: 'template', template: templateOf(content) };
    case 'buttons':
      return {
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: content.text },
          ...(content.footer === undefined ? {} : { footer: { text: content.footer } }),
          action: {
            buttons: content.buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })),
          },
        },
      };
    default:
      return content satisfies never;
  }
}

function templateOf({ name, language, header, body, buttons }: TemplateContent): JsonObject {
  const components: JsonObject[] = [];
  if (header?.kind === 'text') components.push({ type: 'header', parameters: header.values.map(valueOf) });
  else if (header !== undefined) {
    const { kind, source, filename } = header;
    const file = { ...fileOf(source), ...(kind === 'document' && filename ? { filename } : {}) };
    components.push({ type: 'header', parameters: [{ type: kind, [kind]: file }] });
  }
  if (body !== undefined && body.length > 0) components.push({ type: 'body', parameters: body.map(valueOf) });
  for (const button of buttons ?? []) {
    components.push({
      type: 'button',
      sub_type: button.kind,
      index: String(button.index),
      parameters: [buttonParameterOf(button)],
    });
  }
  return { name, language: { code: language }, ...(components.length === 0 ? {} : { components }) };
}

function buttonParameterOf(button: NonNullable<TemplateContent['buttons']>[number]): JsonObject {
  switch (button.kind) {
    case 'quick_reply':
      return { type: 'payload', payload: button.payload };
    case 'url':
      return { type: 'text', text: button.suffix };
    case 'copy_code':
      return { type: 'coupon_code', coupon_code: button.code };
    default:
      return button satisfies never;
  }
}

function valueOf({ text, name }: TemplateValue): JsonObject {
  return { type: 'text', text, ...(name === undefined ? {} : { parameter_name: name }) };
}

function fileOf(source: MediaSource): JsonObject {
  return 'id' in source ? { id: source.id } : { link: source.link };
}

/** What Meta would refuse in a message's form, in words for the log; `undefined` when nothing is known to. */
function problemOf(content: MessageContent): string | undefined {
  switch (content.kind) {
    case 'text':
      return lengthProblem('The text', content.text, { most: cloudLimits.textChars });
    case 'media': {
      const { media, source, caption = '' } = content;
      if (caption !== '' && (media === 'audio' || media === 'sticker')) return `A caption on ${media}.`;
      return (
        sourceProblem(source) ??
        lengthProblem('The caption', caption, { most: cloudLimits.captionChars, least: 0 })
      );
    }
    case 'template':
      return content.header !== undefined && content.header.kind !== 'text'
        ? sourceProblem(content.header.source)
        : undefined;
    case 'buttons':
      return buttonsProblem(content);
    default:
      return content satisfies never;
  }
}

function buttonsProblem(content: Extract<MessageContent, { kind: 'buttons' }>): string | undefined {
  const { buttons, text, footer } = content;
  if (buttons.length === 0 || buttons.length > cloudLimits.buttons) return `${buttons.length} buttons.`;
  for (const part of ['id', 'title'] as const) {
    if (new Set(buttons.map((button) => button[part])).size < buttons.length)
      return `Two buttons share a ${part}.`;
  }
  const problems = [
    lengthProblem('The text', text, { most: buttonsTextChars }),
    footer === undefined ? undefined : lengthProblem('The footer', footer, { most: buttonsFooterChars }),
    ...buttons.map(({ title }) =>
      lengthProblem("A button's title", title, { most: cloudLimits.buttonTitleChars }),
    ),
    ...buttons.map(({ id }) => lengthProblem("A button's id", id, { most: buttonIdChars })),
  ];
  return problems.find((problem) => problem !== undefined);
}

function sourceProblem(source: MediaSource): string | undefined {
  if ('id' in source) return source.id === '' ? 'The file has no id.' : undefined;
  return /^https?:\/\/[^\s]+$/.test(source.link) ? undefined : 'The link to the file is not http or https.';
}

function lengthProblem(
  what: string,
  text: string,
  { most, least = 1 }: { readonly most: number; readonly least?: number },
): string | undefined {
  // By code points: the kinder count, so that nothing is refused here that Meta would take.
  const length = text.length > most ? Array.from(text).length : text.length;
  if (length > most) return `${what} has ${length} characters, ${most} at most.`;
  return length < least ? `${what} is empty.` : undefined;
}
