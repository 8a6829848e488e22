import { FAULTS } from './faults/catalogue';
import { OptionError, parseChaosOptions } from './options';

const parse = (...args: string[]) => parseChaosOptions(args, 99);

test('without options it is the short form with a random seed', () => {
  const { seed, orders, faults, long } = parse();
  expect({ seed, orders, long }).toEqual({ seed: 99, orders: 300, long: false });
  expect(faults).toEqual(FAULTS.filter(({ short }) => short));
});

test('the long form places 5,000 orders under its own barrage', () => {
  expect(parse('--long')).toEqual({ seed: 99, orders: 5_000, faults: [], long: true });
});

test('empty options are absent ones, as make passes them', () => {
  expect(parse('--seed', '', '--orders', '', '--faults', '')).toEqual(parse());
});

test('named drills are run in place of all', () => {
  const { seed, faults } = parse('--seed', '5', '--faults', 'commit-cut, same-post');
  expect(seed).toBe(5);
  expect(faults.map(({ name }) => name)).toEqual(['commit-cut', 'same-post']);
  expect(parse('--faults', 'all').faults).toEqual(FAULTS);
});

test.each([
  { args: ['--seed', 'x'], says: "--seed 'x' is not a whole number from 0 to 2147483647" },
  { args: ['--seed', '-1'], says: "--seed '-1' is not a whole number from 0 to 2147483647" },
  { args: ['--seed', '99999999999999'], says: "--seed '99999999999999' is not a whole number" },
  { args: ['--seed', '1.5'], says: "--seed '1.5' is not a whole number" },
  { args: ['--orders', '0'], says: "--orders '0' is not a whole number from 1 to 1000000" },
  { args: ['--orders=-5'], says: "--orders '-5' is not a whole number from 1 to 1000000" },
  { args: ['--orders', '99999999999'], says: "--orders '99999999999' is not a whole number" },
  { args: ['--faults', 'same-post,burst,same-post'], says: "--faults names 'same-post' twice" },
  { args: ['--faults', 'same-post,'], says: "no fault is named ''; valid names: all, " },
  { args: ['--faults', 'all,same-post'], says: "--faults 'all' stands alone" },
  { args: ['--long=maybe'], says: "Option '--long' does not take an argument; valid options:" },
  { args: ['--seed'], says: 'argument missing; valid options: --seed' },
  { args: ['--faults', 'comit-cut'], says: "no fault is named 'comit-cut'; valid names: all, " },
  { args: ['--faults', 'a,same-post,b'], says: "no fault is named 'a', 'b'; valid names:" },
  { args: ['--speed', '1'], says: 'valid options: --seed, --orders, --faults, --long' },
])('$args is refused, naming what is valid', ({ args, says }) => {
  expect(() => parse(...args)).toThrow(OptionError);
  expect(() => parse(...args)).toThrow(says);
});
