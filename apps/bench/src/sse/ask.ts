import type { ChildProcess } from 'node:child_process';

/** Waits for the next message of a process that has this field, and answers the field's number or text. */
export function hear(child: ChildProcess, field: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      const value: unknown = Reflect.get(Object(message), field);
      if (value === undefined) return;
      leave();
      resolve(value);
    };
    const onExit = (code: number | null): void => {
      leave();
      reject(new Error(`the process ended with ${code} before it told its ${field}`));
    };
    const leave = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

/** Ends a process and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => void child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
