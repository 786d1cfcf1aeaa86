import { createHash } from 'node:crypto';
import { createServer } from 'node:https';
import { selfSigned } from '../../http/self-signed.ts';

/** The servers that keep encrypted files. */
export interface MediaStandIn {
  /** Host and port, as WhatsApp's answer names them. */
  readonly host: string;
  /** Whom a client must trust to believe it. */
  readonly ca: string;
  /** Paths and bytes of what was uploaded. */
  readonly uploads: readonly { readonly path: string; readonly bytes: Buffer }[];
  close(): Promise<void>;
}

/** Takes uploads as WhatsApp does: the path names the hash of what follows. */
export async function openMediaStandIn(): Promise<MediaStandIn> {
  const { key, cert } = selfSigned();
  const uploads: { path: string; bytes: Buffer }[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'https://host');
      const bytes = Buffer.concat(chunks);
      const hash = createHash('sha256').update(bytes).digest('base64url');
      const said = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
      const isGood =
        request.method === 'POST' && url.searchParams.get('auth') === 'media-auth' && said.startsWith(hash);
      if (isGood) uploads.push({ path: url.pathname, bytes });
      response.statusCode = isGood ? 200 : 400;
      response.end(
        JSON.stringify(isGood ? { url: `https://host${url.pathname}`, direct_path: url.pathname } : {}),
      );
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    ca: cert,
    uploads,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
