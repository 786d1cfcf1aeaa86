import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@zaphub/testing';
import { end } from './ask.ts';

/** A load balancer in front of the given servers. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts nginx on a port of its own: no buffering, HTTP/1.1 to the servers, and a server that refuses is left alone for
 * a moment.
 * @throws when nginx is not installed, with what to install
 */
export async function startNginx(dir: string, servers: readonly string[]): Promise<Balancer> {
  if (spawnSync('nginx', ['-v']).error !== undefined) {
    throw new Error(
      'nginx is not installed. On Debian: sudo apt-get update && sudo apt-get install -y --no-install-recommends nginx',
    );
  }
  const port = await freePort();
  const file = join(dir, 'nginx.conf');
  const upstream = servers.map((url) => `server ${new URL(url).host} max_fails=1 fail_timeout=2s;`).join(' ');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${dir}/${name};`)
    .join(' ');
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${dir}/nginx.pid; error_log ${dir}/error.log; worker_rlimit_nofile 20000;
events { worker_connections 8000; }
http {
  access_log off; ${temporary}
  upstream api { ${upstream} keepalive 64; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_read_timeout 1h;
    }
  }
}
`,
  );
  const child = spawn('nginx', ['-p', dir, '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(`${url}/livez`).then(
        (reply) => reply.ok,
        () => false,
      )
    )
      break;
    await pause(50);
  }
  return {
    url,
    close: async () => {
      spawnSync('nginx', ['-p', dir, '-c', file, '-s', 'stop']);
      await end(child);
    },
  };
}
