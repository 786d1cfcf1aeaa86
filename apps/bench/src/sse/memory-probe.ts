import process from 'node:process';

// Loaded before a server of the bench, with --expose-gc: answers how much memory is in use after a collection (the
// thorough kind, which gives back pages that hold little, as V8 otherwise does in its own time) and how much
// processor time it has had. Asked quickly it does not collect.
process.on('message', (message) => {
  if (message !== 'usage' && message !== 'quick') return;
  const collect: unknown = Reflect.get(globalThis, 'gc');
  if (typeof collect !== 'function') throw new Error('start node with --expose-gc');
  if (message === 'usage') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { user, system } = process.cpuUsage();
  process.send?.({ usage: { rssBytes: process.memoryUsage.rss(), cpuUs: user + system } });
});
