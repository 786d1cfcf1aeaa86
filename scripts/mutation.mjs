// `npm run mutation`: how much of the concurrency library's channels and locks the tests really hold. Arguments go to
// Stryker, such as `--mutate src/channels/channel.ts`. Too long for `npm test`.
import { join } from 'node:path';
import { projectNode, root } from './bootstrap/paths.mjs';
import { runLive } from './test/run-live.mjs';

const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
const library = join(root, 'packages', 'concurrency');
process.exitCode = await runLive([projectNode(), stryker, 'run', ...process.argv.slice(2)], {}, library);
