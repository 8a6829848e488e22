import { restartDelayMs } from './restart-delay';

test.each([
  { deaths: 1, delayMs: 200 },
  { deaths: 2, delayMs: 400 },
  { deaths: 3, delayMs: 800 },
  { deaths: 5, delayMs: 3_200 },
  { deaths: 6, delayMs: 5_000 },
  { deaths: 500, delayMs: 5_000 },
])('death number $deaths in a row waits $delayMs ms', ({ deaths, delayMs }) => {
  expect(restartDelayMs(deaths)).toBe(delayMs);
});
