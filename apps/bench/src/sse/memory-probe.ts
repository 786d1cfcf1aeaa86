import process from 'node:process';

// Loaded before a server of the bench, with --expose-gc: answers how much memory is in use after a collection. The
// thorough kind also gives back pages that hold little, which V8 otherwise does in its own time.
process.on('message', (message) => {
  if (message !== 'memory') return;
  const collect: unknown = Reflect.get(globalThis, 'gc');
  if (typeof collect !== 'function') throw new Error('start node with --expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  process.send?.({ rssBytes: process.memoryUsage.rss(), heapBytes: process.memoryUsage().heapUsed });
});
