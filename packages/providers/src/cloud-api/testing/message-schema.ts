import { z } from 'zod';

/*
 * What `POST /{phone-number-id}/messages` takes, by the pages under
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages — written apart from what our
 * client writes, and strict: a field that no page names is an error.
 */
const characters = (most: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Array.from(text).length <= most, `must be at most ${most} characters`);

const file = (more: z.core.$ZodLooseShape) =>
  z.union([
    z.strictObject({ id: z.string().min(1), ...more }),
    z.strictObject({ link: z.url({ protocol: /^https?$/ }), ...more }),
  ]);
const caption = { caption: characters(1_024).optional() };
const filename = { filename: z.string().min(1).optional() };

const textValue = z.strictObject({
  type: z.literal('text'),
  text: characters(32_768),
  parameter_name: z
    .string()
    .regex(/^[a-z0-9_]+$/)
    .optional(),
});
const headerValue = z.union([
  textValue,
  z.strictObject({ type: z.literal('image'), image: file({}) }),
  z.strictObject({ type: z.literal('video'), video: file({}) }),
  z.strictObject({ type: z.literal('document'), document: file(filename) }),
]);
const index = z.string().regex(/^[0-9]$/);
const button = <S extends string, T extends z.ZodType>(sub_type: S, parameter: T) =>
  z.strictObject({
    type: z.literal('button'),
    sub_type: z.literal(sub_type),
    index,
    parameters: z.tuple([parameter]),
  });
const component = z.union([
  z.strictObject({ type: z.literal('header'), parameters: z.array(headerValue).min(1) }),
  z.strictObject({ type: z.literal('body'), parameters: z.array(textValue).min(1) }),
  button('quick_reply', z.strictObject({ type: z.literal('payload'), payload: characters(256) })),
  button('url', z.strictObject({ type: z.literal('text'), text: characters(2_000) })),
  button('copy_code', z.strictObject({ type: z.literal('coupon_code'), coupon_code: characters(20) })),
]);

const replyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({ id: characters(256), title: characters(20) }),
});

/** The part that each type of message carries, under the type's own name. */
const parts = {
  text: z.strictObject({ body: characters(4_096), preview_url: z.boolean().optional() }),
  image: file(caption),
  video: file(caption),
  audio: file({}),
  sticker: file({}),
  document: file({ ...caption, ...filename }),
  template: z.strictObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/),
    language: z.strictObject({ code: z.string().min(2), policy: z.literal('deterministic').optional() }),
    components: z.array(component).optional(),
  }),
  interactive: z.strictObject({
    type: z.literal('button'),
    body: z.strictObject({ text: characters(1_024) }),
    footer: z.strictObject({ text: characters(60) }).optional(),
    action: z.strictObject({
      buttons: z
        .array(replyButton)
        .min(1)
        .max(3)
        .refine(
          (all) => new Set(all.map((one) => one.reply.title)).size === all.length,
          'titles must differ',
        ),
    }),
  }),
} as const;

/** A type of message that the server knows. */
export type GraphMessageType = keyof typeof parts;

const common = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual').optional(),
  to: z
    .string()
    .regex(/^\+?[\d\s().-]{6,25}$/)
    .optional(),
  recipient: z
    .string()
    .regex(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/)
    .optional(),
  context: z.strictObject({ message_id: z.string().startsWith('wamid.') }).optional(),
  biz_opaque_callback_data: characters(512).optional(),
};

/** A message that the server has understood. */
export interface GraphMessage {
  readonly type: GraphMessageType;
  readonly to?: string;
  readonly recipient?: string;
  readonly biz_opaque_callback_data?: string;
  readonly context?: { readonly message_id: string };
  /** The whole body, as it came. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the server thinks of a body: the message, or the documented error. */
export type MessageVerdict =
  { readonly message: GraphMessage } | { readonly code: number; readonly details: string };

/** Reads a body as strictly as the documentation allows. */
export function readMessage(body: unknown): MessageVerdict {
  const head = z.looseObject({ type: z.string().default('text') }).safeParse(body);
  if (!head.success) return { code: 100, details: 'The body must be a JSON object.' };
  const { type } = head.data;
  if (!isKnown(type)) return { code: 131051, details: `Message type ${type} is not supported.` };
  const schema = z.strictObject({ ...common, type: z.literal(type), [type]: parts[type] });
  const read = schema.safeParse(body, { reportInput: true });
  if (!read.success) return complaintOf(read.error);
  const { to, recipient, biz_opaque_callback_data, context } = read.data;
  if (to === undefined && recipient === undefined) return { code: 131008, details: 'to is missing.' };
  return {
    message: {
      type,
      body: read.data,
      ...(to === undefined ? {} : { to }),
      ...(recipient === undefined ? {} : { recipient }),
      ...(biz_opaque_callback_data === undefined ? {} : { biz_opaque_callback_data }),
      ...(context === undefined ? {} : { context }),
    },
  };
}

function isKnown(type: string): type is GraphMessageType {
  return Object.hasOwn(parts, type);
}

/** Unknown names are 100, missing ones 131008, wrong values 131009, as the page of error codes tells them apart. */
function complaintOf(error: z.ZodError): { code: number; details: string } {
  const issues = error.issues.flatMap(flatten);
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined) return { code: 100, details: unknown.message };
  const missing = issues.find((issue) => issue.input === undefined);
  const first = missing ?? issues[0];
  return {
    code: missing === undefined ? 131009 : 131008,
    details: `${first?.path.join('.') ?? ''}: ${first?.message ?? 'invalid'}`,
  };
}

function flatten(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(flatten) : [issue];
}
