import { expect, test } from 'vitest';
import { createProgressBar } from './progress-bar.ts';

function setUp(isTerminal: boolean) {
  let nowMs = 0;
  const lines: string[] = [];
  const written: string[] = [];
  const terminal = isTerminal
    ? { write: (text: string) => written.push(text), columns: () => 60 }
    : undefined;
  const tell = (line: string) => void lines.push(line);
  const bar = createProgressBar({ tell, terminal, language: 'en' }, () => nowMs);
  return { bar, lines, written, pass: (ms: number) => (nowMs += ms) };
}

test('away from a terminal it tells a line now and then, and one at the end', () => {
  const { bar, lines, pass } = setUp(false);
  bar.begin('Sending');
  bar.update(1, 4000);
  pass(5_000);
  bar.update(1000, 4000);
  pass(1_500);
  bar.update(4000, 4000);
  bar.end();
  bar.end();
  expect(lines).toEqual([
    'Sending ██████░░░░░░░░░░░░░░░░░░  25%  1,000 / 4,000',
    'Sending ████████████████████████ 100%  4,000 / 4,000  6.5 s',
  ]);
});

test('of a share only the percentage is told', () => {
  const { bar, lines } = setUp(false);
  bar.begin('Importing');
  bar.update(27_000, 54_000, 'share');
  bar.end();
  expect(lines).toEqual(['Importing ████████████░░░░░░░░░░░░  50%  0.0 s']);
});

test('on a terminal it draws over itself, not too often, and never wider than the screen', () => {
  const { bar, lines, written, pass } = setUp(true);
  bar.begin('Importing');
  for (let done = 1; done <= 50; done++) {
    pass(10);
    bar.update(done * 1_000_000, 50_000_000);
  }
  bar.begin('Sending');
  bar.end();
  expect(lines).toEqual([]);
  expect(written.filter((text) => text === '\n')).toHaveLength(2);
  expect(written).toHaveLength(1 + 5 + 2 + 3);
  for (const text of written) expect(text.replace('\r\u001B[2K', '').length).toBeLessThan(60);
});
