// Preloaded into the api and the worker (`--import`): when the process that started them is gone, however it
// ended, its IPC channel closes. They stop in good order, or by force if that takes too long.
import process from 'node:process';

const deadlineMs = 10_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), deadlineMs).unref();
});
process.channel?.unref();
