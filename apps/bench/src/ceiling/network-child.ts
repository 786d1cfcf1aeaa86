import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { z } from 'zod';
import { createWebhookCaster } from './webhook-caster.ts';

/*
 * Meta's side of `npm run bench -- ceiling`: takes messages as the Graph API does and posts four signed statuses for
 * each (sent, delivered, read, and a copy of delivered, which Meta does send). Counts what reached whom by our own tag.
 * Takes its options as JSON in the first argument; sends its port to its parent, and its counts when asked.
 */
const options = z
  .object({
    webhookUrl: z.url(),
    appSecret: z.string(),
    accessToken: z.string(),
    phoneNumberId: z.string(),
    businessId: z.string(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const statuses = [
  { status: 'sent', afterMs: 20 },
  { status: 'delivered', afterMs: 150 },
  { status: 'read', afterMs: 600 },
  { status: 'delivered', afterMs: 700 },
] as const;
const tickMs = 10;

const sentMessage = z.object({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual'),
  to: z.string().regex(/^\+\d{10,15}$/),
  type: z.literal('text'),
  text: z.object({ body: z.string().min(1) }),
  biz_opaque_callback_data: z.string().regex(/^[\x20-\x7e]{1,512}$/),
});
const sendPath = new RegExp(`^/v\\d+\\.0/${options.phoneNumberId}/messages(\\?|$)`);
const [beforeStatus = '', afterStatus = ''] = JSON.stringify({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: options.businessId,
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '5511900000000', phone_number_id: options.phoneNumberId },
            statuses: ['here'],
          },
        },
      ],
    },
  ],
}).split('"here"');
const requests = new Map<string, number>();
/** Bodies by the tick in which they are due. */
const due = new Map<number, string[]>();
const caster = createWebhookCaster({ ...options, url: options.webhookUrl, connections: 8 });
let tick = 0;

setInterval(() => {
  const now = Math.floor(performance.now() / tickMs);
  for (tick ||= now; tick <= now; tick++) {
    const bodies = due.get(tick);
    if (bodies !== undefined) caster.cast(bodies);
    due.delete(tick);
  }
}, tickMs);

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    try {
      answer(req, res, Buffer.concat(chunks).toString());
    } catch (error) {
      res.statusCode = 500;
      res.end(String(error));
    }
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  process.send?.((server.address() as AddressInfo).port);
});
process.on('message', () => {
  let duplicates = 0;
  for (const times of requests.values()) duplicates += times - 1;
  process.send?.({ people: requests.size, duplicates, waiting: due.size, ...caster.counts() });
});
process.on('disconnect', () => process.exit());

function answer(req: IncomingMessage, res: ServerResponse, body: string): void {
  const { url = '', headers } = req;
  if (req.method !== 'POST' || !sendPath.test(url)) throw new Error(`${req.method} ${url} sends nothing`);
  if (headers.authorization !== `Bearer ${options.accessToken}`) throw new Error('a wrong token');
  const { to, biz_opaque_callback_data: tag } = sentMessage.parse(JSON.parse(body));
  const times = (requests.get(tag) ?? 0) + 1;
  requests.set(tag, times);
  const id = `wamid.${Buffer.from(`${tag}.${times}`).toString('base64url')}`;
  const phone = to.replace('+', '');
  const now = performance.now();
  for (const { status, afterMs } of statuses) {
    const at = Math.ceil((now + afterMs) / tickMs);
    const bodies = due.get(at) ?? [];
    if (bodies.length === 0) due.set(at, bodies);
    bodies.push(statusBody({ id, tag, phone, status }));
  }
  const reply = JSON.stringify({
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: phone }],
    messages: [{ id, message_status: 'accepted' }],
  });
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(reply) });
  res.end(reply);
}

/** Put together by hand: there are 4,000 a second, which differ in five places. */
function statusBody(one: { id: string; tag: string; phone: string; status: string }): string {
  const timestamp = Math.floor(Date.now() / 1000);
  return (
    `${beforeStatus}{"id":"${one.id}","status":"${one.status}","timestamp":"${timestamp}",` +
    `"recipient_id":"${one.phone}","biz_opaque_callback_data":${JSON.stringify(one.tag)}}${afterStatus}`
  );
}
