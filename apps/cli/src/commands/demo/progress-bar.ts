import type { CommandContext } from '../../command.ts';

/** Shows how far something has got: a bar that moves on a terminal, a line now and then anywhere else. */
export interface ProgressBar {
  /** Begins another piece of work; what was shown before stays as it was. */
  begin(label: string): void;
  /** `done` of `total`; nothing is known about the total while it is 0. As a `share` only the percentage is told. */
  update(done: number, total: number, style?: 'numbers' | 'share'): void;
  /** Ends the last piece. Idempotent. */
  end(): void;
}

const width = 24;
const redrawMs = 100;
const lineEveryMs = 5_000;

/** @param now a monotonic clock, in milliseconds */
export function createProgressBar(
  context: Pick<CommandContext, 'tell' | 'terminal' | 'language'>,
  now: () => number = () => performance.now(),
): ProgressBar {
  const { terminal, tell } = context;
  const count = new Intl.NumberFormat(context.language);
  let current:
    | { label: string; startedAt: number; shownAt: number; done: number; total: number; isShare: boolean }
    | undefined;

  const text = ({ label, done, total, isShare }: NonNullable<typeof current>): string => {
    if (total === 0) return label;
    const share01 = Math.min(1, done / total);
    const filled = Math.round(share01 * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    const percent = `${Math.floor(share01 * 100)}%`.padStart(4);
    const numbers = isShare ? '' : `  ${count.format(done)} / ${count.format(total)}`;
    return `${label} ${bar} ${percent}${numbers}`;
  };
  const show = (isLast: boolean): void => {
    if (!current) return;
    current.shownAt = now();
    const seconds = isLast ? `  ${((now() - current.startedAt) / 1000).toFixed(1)} s` : '';
    if (!terminal) tell(text(current) + seconds);
    else terminal.write(`\r\u001B[2K${(text(current) + seconds).slice(0, terminal.columns() - 1)}`);
  };
  const end = (): void => {
    if (!current) return;
    show(true);
    terminal?.write('\n');
    current = undefined;
  };
  return {
    begin(label) {
      end();
      const startedAt = now();
      current = { label, startedAt, shownAt: startedAt, done: 0, total: 0, isShare: false };
      if (terminal) show(false);
    },
    update(done, total, style = 'numbers') {
      if (!current) return;
      Object.assign(current, { done, total, isShare: style === 'share' });
      if (now() - current.shownAt >= (terminal ? redrawMs : lineEveryMs)) show(false);
    },
    end,
  };
}
