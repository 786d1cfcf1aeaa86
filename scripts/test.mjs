// `npm test`: everything that has to be right, in one command. Every step runs, also after a failure; the last
// line is the total.
import { meetRequirements } from './test/requirements.mjs';
import { steps } from './test/steps.mjs';

for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, () => process.exit(130));
process.channel?.unref();

if (!meetRequirements()) {
  process.exitCode = 1;
} else {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  for (const { name, run } of steps) {
    console.log(`\n── ${name}`);
    const startedAt = performance.now();
    const { passed, failed, skipped = 0 } = await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    summary.push(`${failed === 0 ? '✔' : '✘'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  console.log(`\n${summary.join('\n')}`);
  if (total.skipped > 0) console.log(`${total.skipped} skipped: they cannot run on this system`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}
