import { describe, expect, test } from 'vitest';
import { parseDemoOptions } from './demo-options.ts';

function parse(line: string) {
  return parseDemoOptions(line.split(' '), '/base');
}

describe('the arguments of a demo', () => {
  test('have defaults for everything but the file', () => {
    expect(parse('--contacts people.csv')).toEqual({
      contacts: '/base/people.csv',
      country: 'BR',
      template: undefined,
      ratePerSecond: null,
      isJson: false,
    });
  });

  test('are taken as they are given', () => {
    expect(parse('--contacts=/x.csv --country us --template Hi --speed 50 --json')).toEqual({
      contacts: '/x.csv',
      country: 'US',
      template: 'Hi',
      ratePerSecond: 50,
      isJson: true,
    });
    expect(parse('--contacts x --speed max').ratePerSecond).toBeNull();
  });

  test.each([
    ['--json', '--contacts'],
    ['--contacts', '--contacts'],
    ['--contacts x --speed 0', '--speed'],
    ['--contacts x --speed fast', '--speed'],
    ['--contacts x --speed -5', '--speed'],
    ['--contacts x --country Brazil', '--country'],
    ['--contacts x --country ZZ', '--country'],
    ['--contacts x --country XQ', '--country'],
    ['--contacts x --verbose', '--verbose'],
  ])('%s is refused and names %s', (line, argument) => {
    expect(() => parse(line)).toThrow(argument);
  });
});
