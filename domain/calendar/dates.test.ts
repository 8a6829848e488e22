import { dateOfDay, dayOfDate, easterSunday, nthWeekday, weekdayOf } from './dates';

test('dates agree with the platform over two centuries', () => {
  for (let day = 0; day < 73_000; day += 1) {
    const date = new Date(day * 86_400_000);
    const expected = [date.toISOString().slice(0, 10), day, date.getUTCDay()];
    const found = [dateOfDay(day), dayOfDate(dateOfDay(day)), weekdayOf(day)];
    if (expected.join() !== found.join()) expect(found).toEqual(expected);
  }
  expect(dateOfDay(11_016)).toBe('2000-02-29');
});

test.each(['2023-02-29', '2024-02-30', '2024-13-01', '2024-00-10', '1969-12-31', '24-1-1', ''])(
  '%p is no date',
  (text) => {
    expect(dayOfDate(text)).toBeNull();
  },
);

test.each(['1990-04-15', '1999-04-04', '2000-04-23', '2008-03-23', '2011-04-24', '2024-03-31'])(
  'Easter was on %s',
  (date) => {
    expect(dateOfDay(easterSunday(Number(date.slice(0, 4))))).toBe(date);
  },
);

test.each([
  { weekday: 4, month: 11, count: 4, date: '2026-11-26' },
  { weekday: 1, month: 5, count: -1, date: '2026-05-25' },
  { weekday: 0, month: 3, count: 1, date: '2026-03-01' },
  { weekday: 0, month: 5, count: -1, date: '2026-05-31' },
])('number $count of weekday $weekday in month $month', ({ weekday, month, count, date }) => {
  expect(dateOfDay(nthWeekday(2026, month, weekday, count))).toBe(date);
});
