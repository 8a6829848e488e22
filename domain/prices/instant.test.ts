import fc from 'fast-check';
import { parseInstant } from './instant';

const times = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

test('every time that is written as RFC 3339 is read as the same instant', () => {
  fc.assert(
    fc.property(times, (time) => {
      expect(parseInstant(time.toISOString())).toBe(time.getTime());
    }),
  );
});

test('every day is read as its midnight UTC', () => {
  fc.assert(
    fc.property(times, (time) => {
      const day = time.toISOString().slice(0, 10);
      expect(parseInstant(day)).toBe(Date.parse(`${day}T00:00:00Z`));
    }),
  );
});

test.each([
  { text: '2020-03-16T09:30:00-04:00', utc: '2020-03-16T13:30:00Z' },
  { text: '2020-03-16t09:30:00.5+05:30', utc: '2020-03-16T04:00:00.500Z' },
  { text: '2020-03-16 09:30:00.123456789Z', utc: '2020-03-16T09:30:00.123Z' },
])('$text is $utc', ({ text, utc }) => {
  expect(parseInstant(text)).toBe(Date.parse(utc));
});

test.each([
  '',
  '2020',
  '2020-13-01',
  '2020-00-01',
  '2020-04-31',
  '1900-02-29',
  '2020-1-1',
  '01/02/2020',
  '2020-01-01T00:00:00',
  '2020-01-01T24:00:00Z',
  '2020-01-01T00:60:00Z',
  '2020-01-01T00:00:60Z',
  '2020-01-01T00:00:00+24:00',
  '2020-01-01T00:00Z',
])('%j is no instant', (text) => {
  expect(parseInstant(text)).toBeNull();
});
