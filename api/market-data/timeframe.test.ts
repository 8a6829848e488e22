import { parseTimeframe } from './timeframe';

test.each([
  ['1Min', 1],
  ['5Min', 5],
  ['59T', 59],
  ['1Hour', 60],
  ['23h', 1_380],
  ['1Day', 1_440],
  ['1D', 1_440],
  ['1Week', 10_080],
])('%s is %d minutes', (text, minutes) => {
  expect(parseTimeframe(text)).toBe(minutes);
});

test.each([
  '',
  '1',
  'Min',
  '0Min',
  '60Min',
  '24Hour',
  '2Day',
  '1Month',
  '1.5Min',
  '1Min ',
  '-1Min',
])("'%s' is no time frame of ours", (text) => {
  expect(parseTimeframe(text)).toBeNull();
});
