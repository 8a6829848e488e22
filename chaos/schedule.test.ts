import { FAULTS } from './faults/catalogue';
import { createRandom } from './random';
import { formatSchedule, planSchedule } from './schedule';

const textOf = (seed: number): string =>
  formatSchedule(planSchedule(FAULTS, createRandom(seed), false));

test('the same seed is the same schedule, another one another', () => {
  expect(textOf(7)).toBe(textOf(7));
  expect(textOf(7)).not.toBe(textOf(8));
});

test('a schedule has every fault once, whatever its order', () => {
  const names = planSchedule(FAULTS, createRandom(3), true).map(({ fault }) => fault.name);
  expect(names.toSorted()).toEqual(FAULTS.map(({ name }) => name).toSorted());
});

test("what a drill's seed chooses does not depend on the drills beside it", () => {
  const find = (names: readonly string[]) => {
    const faults = FAULTS.filter(({ name }) => names.includes(name));
    const schedule = planSchedule(faults, createRandom(11), false);
    return schedule.find(({ fault }) => fault.name === 'rolling-restart')?.target;
  };
  expect(find(['rolling-restart'])).toBe(find(['rolling-restart', 'commit-cut', 'poison']));
});

test('drills have the 22 numbers of the table, and names of their own', () => {
  expect([...new Set(FAULTS.map(({ number }) => number))]).toEqual(
    Array.from({ length: 22 }, (_, index) => index + 1),
  );
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});
