// The small process between ZapHub and Postgres. It is Postgres's parent and holds the read end of a pipe from
// ZapHub: when ZapHub dies, however suddenly, the pipe ends and Postgres is shut down. Run as a program with
// one argument, the JSON of a GuardOrder; its exit code is Postgres's.
import { spawn } from 'node:child_process';
import process, { argv, exit, platform, stdin } from 'node:process';
import type { GuardOrder } from './guard-order.ts';

/** After this long a fast shutdown becomes an immediate one (recovered from the log at the next start). */
const fastShutdownMs = 30_000;

// The JSON comes from this package's own start-postgres.ts.
const order = JSON.parse(argv[2] ?? '') as GuardOrder;
const postgres = spawn(order.program, order.args, {
  ...order.account,
  cwd: order.dataDir,
  env: order.env,
  // Postgres writes to the log file this process was given as its error output.
  stdio: ['ignore', 2, 2],
  windowsHide: true,
});

postgres.once('error', (error) => {
  console.error(`FATAL:  ${error.message}`);
  exit(1);
});
postgres.once('exit', (code) => exit(code ?? 1));

stdin.on('data', (data) => stop(data.includes('i') ? 'immediate' : 'fast'));
stdin.on('end', () => stop('fast'));
stdin.on('error', () => stop('fast'));
// Ctrl-C reaches the whole terminal; ZapHub decides when Postgres stops.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => stop('fast'));

function stop(mode: 'fast' | 'immediate'): void {
  if (platform === 'win32') {
    spawn(order.control, ['stop', '-D', order.dataDir, '-m', mode, '-w'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    return;
  }
  postgres.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  if (mode === 'fast') setTimeout(stop, fastShutdownMs, 'immediate').unref();
}
