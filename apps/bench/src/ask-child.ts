import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Gives an order to a file in a process of its own, where nothing else has heated the code or filled the heap. Answers
 * the one message that it sends back, once it has ended. `flags` are for its Node. Rejects when it ends without one.
 */
export async function askChild(path: string, order: object, flags: readonly string[] = []): Promise<unknown> {
  const child = fork(path, { stdio: 'inherit', execArgv: [...flags] });
  const exited = once(child, 'exit');
  const answered = once(child, 'message');
  child.send(order);
  const [answer] = await Promise.race([
    answered,
    exited.then(([code]) => Promise.reject(new Error(`${path} ended with ${String(code)}`))),
  ]);
  await exited;
  return answer;
}
