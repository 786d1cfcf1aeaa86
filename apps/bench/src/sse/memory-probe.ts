import process from 'node:process';

// Loaded before a server of the bench, with --expose-gc: answers how much memory is in use after a collection.
process.on('message', (message) => {
  if (message !== 'memory') return;
  const { gc } = globalThis;
  gc?.();
  gc?.();
  process.send?.({ rssBytes: process.memoryUsage.rss(), heapBytes: process.memoryUsage().heapUsed });
});
