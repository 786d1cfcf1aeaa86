import { expect, it } from 'vitest';
import { errorTable, ruleOfCode } from './error-table.ts';
import { cloudWords } from './reason-words.ts';

it('has words for every reason of the table, in both languages', () => {
  const rules = [...errorTable.values(), ruleOfCode(250), ruleOfCode(999_999)];
  for (const { reason } of rules) {
    const { en, 'pt-BR': pt } = cloudWords[reason];
    expect([en.endsWith('.'), pt.endsWith('.'), en === pt]).toEqual([true, true, false]);
  }
});
