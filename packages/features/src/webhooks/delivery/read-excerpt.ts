import type { IncomingMessage } from 'node:http';

const mostBytes = 4_096;
/** An answer that drips is not waited for: its status has said what matters. */
const mostMs = 5_000;

/** The first 4 kB of an answer as text that can be stored; then the connection is cut. Never rejects. */
export function readExcerpt(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (): void => {
      clearTimeout(timer);
      response.destroy();
      resolve(toText(Buffer.concat(chunks).subarray(0, mostBytes)));
    };
    const timer = setTimeout(end, mostMs);
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= mostBytes) end();
    });
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  });
}

/** Whatever bytes come: text without what a database or a terminal chokes on. */
function toText(bytes: Buffer): string {
  return (
    bytes
      .toString('utf8')
      // oxlint-disable-next-line no-control-regex -- these are what is to go
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
      .toWellFormed()
  );
}
