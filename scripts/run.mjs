// The one entry of every root script: `node scripts/run.mjs COMMAND [ARGUMENTS]`. It runs on whatever Node the
// machine has, with nothing installed. This file is written so that even a very old Node can read it and say so.
const major = Number(process.versions.node.split('.')[0]);

if (major < 20) {
  process.stderr.write(
    'ZapHub needs Node 20 or newer; this is Node ' +
      process.versions.node +
      '.\nInstall a current Node from https://nodejs.org and run the same command again.\n',
  );
  process.exitCode = 1;
} else {
  void import('./bootstrap/main.mjs').then(function start(bootstrap) {
    return bootstrap.main(process.argv.slice(2));
  });
}
