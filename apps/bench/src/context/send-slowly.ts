import { type Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowRequest {
  readonly url: string;
  readonly agent: Agent;
  readonly token: string;
  /** Between the head with the first half of the body, and the other half. 0 sends all at once. */
  readonly gapMs: number;
}

const body = Buffer.from(JSON.stringify({ name: 'a campaign', note: 'x'.repeat(8_000) }));

/** Sends a JSON body in two halves and answers how long it took until the reply, in milliseconds. */
export async function sendSlowly({ url, agent, token, gapMs }: SlowRequest): Promise<number> {
  const start = performance.now();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const sending = request(url, { method: 'POST', agent, headers });
  const reply = new Promise<void>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (res) => {
      res.resume().on('end', () => {
        if (res.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${res.statusCode}`));
      });
    });
  });
  if (gapMs > 0) {
    sending.write(body.subarray(0, body.length / 2));
    await sleep(gapMs);
    sending.end(body.subarray(body.length / 2));
  } else {
    sending.end(body);
  }
  await reply;
  return performance.now() - start;
}
