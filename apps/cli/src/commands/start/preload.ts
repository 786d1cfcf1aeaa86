// Preloaded into the api and the worker (`--import`). What they write (uploads, journals: people's numbers) is for
// their own user only. When the process that started them is gone, however it
// ended, its IPC channel closes. They stop in good order, or by force if that takes too long.
import process from 'node:process';

const deadlineMs = 10_000;

process.umask(0o077);

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), deadlineMs).unref();
});
process.channel?.unref();
