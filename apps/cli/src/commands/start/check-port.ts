import { createServer } from 'node:net';
import { PlainError } from '../../plain-error.ts';

/**
 * The port the api can listen on: `port` itself, or a free one for 0. Asked before anything slow is started.
 *
 * @throws PlainError when it is taken or not ours to use
 */
export async function checkPort(host: string, port: number): Promise<number> {
  try {
    return await bindBriefly(host, port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'EADDRINUSE') throw portTaken(port, error);
    throw new PlainError(
      {
        en: `ZapHub cannot listen on ${host}, port ${port} (${code}).`,
        'pt-BR': `O ZapHub não consegue escutar em ${host}, porta ${port} (${code}).`,
      },
      {
        en: 'Choose another port with ZAPHUB_PORT=4401 (ports below 1024 need special rights) or another address with ZAPHUB_HOST=127.0.0.1.',
        'pt-BR':
          'Escolha outra porta com ZAPHUB_PORT=4401 (portas abaixo de 1024 exigem permissão especial) ou outro endereço com ZAPHUB_HOST=127.0.0.1.',
      },
      { cause: error },
    );
  }
}

function portTaken(port: number, cause: unknown): PlainError {
  return new PlainError(
    {
      en: `Port ${port} is already in use by another program.`,
      'pt-BR': `A porta ${port} já está sendo usada por outro programa.`,
    },
    {
      en: `Stop that program, or choose another port: ZAPHUB_PORT=${port + 1} npm start`,
      'pt-BR': `Feche esse programa ou escolha outra porta: ZAPHUB_PORT=${port + 1} npm start`,
    },
    { cause },
  );
}

function bindBriefly(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
