export { watchStalls } from './watch-stalls.ts';
