export { createFence } from './create-fence.ts';
export type { Fence } from './create-fence.ts';
export { createBeatFile } from './beat-file.ts';
export type { BeatFile } from './beat-file.ts';
