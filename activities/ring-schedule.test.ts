import { createRingSchedule } from './ring-schedule';

const options = { firstMs: 10_000, maximumMs: 300_000, perSecond: 50 };

test('an unsettled root is rung again after 10 s, then after twice as long, up to 5 min', () => {
  const schedule = createRingSchedule(options);
  const rungAt: number[] = [];
  for (let second = 0; second <= 1_500; second += 1) {
    if (schedule.take(['a'], second * 1_000).length > 0) rungAt.push(second);
  }
  expect(rungAt).toEqual([0, 10, 30, 70, 150, 310, 610, 910, 1_210]);
});

test('no more roots are rung than the rate allows, the first ones first', () => {
  const schedule = createRingSchedule(options);
  const roots = Array.from({ length: 200 }, (_, n) => `r${n}`);
  expect(schedule.take(roots, 0)).toEqual(roots.slice(0, 50));
  expect(schedule.take(roots, 500)).toEqual(roots.slice(50, 75));
  expect(schedule.take(roots, 10_000)).toHaveLength(50);
});

test('roots that wait for their time are told apart', () => {
  const schedule = createRingSchedule(options);
  schedule.take(['a', 'b'], 0);
  expect(schedule.resting(9_999)).toEqual(['a', 'b']);
  expect(schedule.resting(10_000)).toEqual([]);
});

test('a root that settled meanwhile begins anew', () => {
  const schedule = createRingSchedule(options);
  schedule.take(['a'], 0);
  schedule.take(['a'], 10_000);
  expect(schedule.take([], 50_000)).toEqual([]);
  expect(schedule.take(['a'], 60_000)).toEqual(['a']);
  expect(schedule.resting(69_999)).toEqual(['a']);
  expect(schedule.resting(70_000)).toEqual([]);
});
