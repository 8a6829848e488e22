import { parseTimeframe } from './timeframe';

test.each([
  ['1Min', 'minute', 1],
  ['5Min', 'minute', 5],
  ['59T', 'minute', 59],
  ['1Hour', 'minute', 60],
  ['23h', 'minute', 1_380],
  ['1Day', 'day', 1],
  ['1D', 'day', 1],
  ['1Week', 'week', 1],
  ['1Month', 'month', 1],
  ['12M', 'month', 12],
])('%s is a %s times %d', (text, unit, count) => {
  expect(parseTimeframe(text)).toEqual({ unit, count });
});

test.each([
  '',
  '1',
  'Min',
  '0Min',
  '60Min',
  '24Hour',
  '2Day',
  '2Week',
  '5Month',
  '1.5Min',
  '1Min ',
  '-1Min',
])("'%s' is no time frame of ours", (text) => {
  expect(parseTimeframe(text)).toBeNull();
});
