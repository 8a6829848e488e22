import { NumberLexeme } from '../json/number-lexeme';
import { clientOrderId, decimal, instant, symbolList } from './scalars';

describe('a decimal', () => {
  test.each([
    { value: '10.25', expected: '10.25' },
    { value: new NumberLexeme('10.250'), expected: '10.250' },
    { value: new NumberLexeme('1e-05'), expected: '0.00001' },
    { value: '-5', expected: '-5' },
    { value: '12345678901234567890', expected: '12345678901234567890' },
  ])('$value is read as $expected', ({ value, expected }) => {
    expect(decimal.parse(value)).toBe(expected);
  });

  test.each(['', ' 1', '1e3', '0x10', 'NaN', '1,000', '.5', '1'.repeat(65), null, true, 5, {}])(
    '%p is none',
    (value) => {
      expect(decimal.safeParse(value).success).toBe(false);
    },
  );
});

describe('an instant', () => {
  test.each([
    { text: '2020-01-01', expected: '2020-01-01T00:00:00Z' },
    { text: '2020-01-01T10:00:00.123456+20:00', expected: '2019-12-31T14:00:00.123456Z' },
    { text: '2020-01-01T10:00:00 02:00', expected: '2020-01-01T08:00:00Z' },
    { text: '2020-02-29T23:59:59.999999999Z', expected: '2020-02-29T23:59:59.999999Z' },
  ])('$text is $expected', ({ text, expected }) => {
    expect(instant.parse(text)).toBe(expected);
  });

  test.each([
    '2020-02-30',
    '2021-02-29',
    '0000-01-01',
    '2020-13-01',
    '2020-01-01T10:00:00',
    '2020-01-01T25:00:00Z',
    '9999-12-31T23:00:00-10:00',
    'yesterday',
    '',
  ])('%p is none', (text) => {
    expect(instant.safeParse(text).success).toBe(false);
  });
});

describe('a client order id', () => {
  test.each(['a', 'x'.repeat(128), 'Übung 1', '注文'])('may be %p', (text) => {
    expect(clientOrderId.safeParse(text).success).toBe(true);
  });

  test.each(['', 'x'.repeat(129), 'a\0b', 'a\nb', '\ud800'])('may not be %p', (text) => {
    expect(clientOrderId.safeParse(text).success).toBe(false);
  });
});

test('a list of symbols names each once', () => {
  expect(symbolList(3).parse('SPY,AAPL,SPY,')).toEqual(['SPY', 'AAPL']);
  expect(symbolList(2).safeParse('A,B,C').success).toBe(false);
});
