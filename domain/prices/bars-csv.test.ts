import { BarsCsvError, parseBarsCsv } from './bars-csv';

const HEADER = 'date,open,high,low,close,volume';
const DAY_MS = 86_400_000;

test('a bar a line, prices in 1e-4 rounded to cents, volume in 1e-9 shares', () => {
  const text = [
    'date,open,high,low,close,adjclose,volume',
    '2000-01-03,1469.250000,1478.000000,1438.359985,1455.219971,1455.219971,931800000',
    '2000-01-04,1455.219971,1455.219971,1397.430054,1399.420044,1399.420044,1009000000',
    '',
  ].join('\n');
  expect(parseBarsCsv(text)).toEqual([
    {
      startMs: 10_959 * DAY_MS,
      open: 14_692_500,
      high: 14_780_000,
      low: 14_383_600,
      close: 14_552_200,
      volume: 931_800_000_000_000_000n,
    },
    {
      startMs: 10_960 * DAY_MS,
      open: 14_552_200,
      high: 14_552_200,
      low: 13_974_300,
      close: 13_994_200,
      volume: 1_009_000_000_000_000_000n,
    },
  ]);
});

test.each([
  { text: '1.005', cents: 100 },
  { text: '1.015', cents: 102 },
  { text: '1.0150001', cents: 102 },
  { text: '0.006', cents: 1 },
])('the price $text is $cents cents', ({ text, cents }) => {
  const [bar] = parseBarsCsv(
    `date,open,high,low,close\n2020-01-01,${text},${text},${text},${text}`,
  );
  expect(bar?.close).toBe(cents * 100);
  expect(bar?.volume).toBeNull();
});

test.each([
  { name: 'columns in any order and case', header: 'Close,LOW,High,Open,Time' },
  { name: 'a byte order mark', header: '\uFEFFclose,low,high,open,time' },
  { name: 'quotes', header: '"close","low","high","open","time"' },
])('a header with $name', ({ header }) => {
  const [bar] = parseBarsCsv(`${header}\r\n4,1,5,2,2020-03-16T09:30:00-04:00\r\n`);
  expect(bar).toEqual({
    startMs: 1_584_365_400_000,
    open: 20_000,
    high: 50_000,
    low: 10_000,
    close: 40_000,
    volume: null,
  });
});

const good = '2020-01-01,10,12,9,11,100';

test.each([
  { name: 'an empty file', text: '', line: 1, reason: 'the file is empty' },
  { name: 'no bars', text: HEADER, line: 1, reason: 'there is no bar below the header' },
  {
    name: 'no header',
    text: good,
    line: 1,
    reason: 'unknown column "2020-01-01"',
  },
  { name: 'no close', text: 'date,open,high,low', line: 1, reason: 'column close is missing' },
  {
    name: 'no time',
    text: 'open,high,low,close',
    line: 1,
    reason: 'exactly one column must be date or time',
  },
  {
    name: 'a column twice',
    text: 'date,open,open,high,low,close',
    line: 1,
    reason: 'column open is there twice',
  },
  {
    name: 'a column nobody knows',
    text: 'date,open,high,low,close,vwap',
    line: 1,
    reason: 'unknown column "vwap"',
  },
  {
    name: 'too few fields',
    text: `${HEADER}\n${good}\n2020-01-02,10`,
    line: 3,
    reason: '2 fields where the header has 6',
  },
  {
    name: 'an empty line between bars',
    text: `${HEADER}\n${good}\n\n2020-01-02,10,12,9,11,100`,
    line: 3,
    reason: '1 fields where the header has 6',
  },
  {
    name: 'a date that does not exist',
    text: `${HEADER}\n2019-02-29,10,12,9,11,100`,
    line: 2,
    reason: '"2019-02-29" is neither date nor RFC 3339',
  },
  {
    name: 'a word for a price',
    text: `${HEADER}\n2020-01-01,ten,12,9,11,100`,
    line: 2,
    reason: 'open "ten" is no positive number',
  },
  {
    name: 'a negative price',
    text: `${HEADER}\n2020-01-01,10,12,-9,11,100`,
    line: 2,
    reason: 'low "-9" is no positive number',
  },
  {
    name: 'an exponent',
    text: `${HEADER}\n2020-01-01,10,12,9,11,1e5`,
    line: 2,
    reason: 'volume "1e5" is no positive number',
  },
  {
    name: 'a price of less than half a cent',
    text: `${HEADER}\n2020-01-01,10,12,0.005,11,100`,
    line: 2,
    reason: 'low is not positive',
  },
  {
    name: 'a price beyond what the book takes',
    text: `${HEADER}\n2020-01-01,10,1000001,9,11,100`,
    line: 2,
    reason: 'high 1000001 is too large',
  },
  {
    name: 'a low above the open',
    text: `${HEADER}\n2020-01-01,10,12,10.5,11,100`,
    line: 2,
    reason: 'low is above open or close',
  },
  {
    name: 'a high below the close',
    text: `${HEADER}\n2020-01-01,10,10.5,9,11,100`,
    line: 2,
    reason: 'high is below open or close',
  },
  {
    name: 'the same day twice',
    text: `${HEADER}\n${good}\n${good}`,
    line: 3,
    reason: 'time is not later than on the line before',
  },
])('a file with $name is refused at line $line', ({ text, line, reason }) => {
  expect(refusalOf(text)).toMatchObject({ line, reason });
});

function refusalOf(text: string): BarsCsvError {
  try {
    parseBarsCsv(text);
  } catch (error) {
    if (error instanceof BarsCsvError) return error;
    throw error;
  }
  throw new Error('the file was not refused');
}
