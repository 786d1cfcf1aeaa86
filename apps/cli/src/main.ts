import process, { argv, env, exit, stderr, stdout } from 'node:process';
import { runCli } from './run-cli.ts';
import { listenForStop } from './stop-signals.ts';

const stop = listenForStop(process);
const code = await runCli(argv.slice(2), {
  env,
  signal: stop.signal,
  force: stop.force,
  print: (line) => stdout.write(`${line}\n`),
  tell: (line) => stderr.write(`${line}\n`),
  terminal: stderr.isTTY ? { write: (text) => stderr.write(text), columns: () => stderr.columns } : undefined,
});
// Whatever a command left open must not keep the terminal waiting; what it printed must arrive first.
stdout.write('', () => exit(code));
