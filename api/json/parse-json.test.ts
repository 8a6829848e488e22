import fc from 'fast-check';
import { parseDecimal } from '../../domain/decimal';
import { NumberLexeme } from './number-lexeme';
import { parseJson } from './parse-json';

describe('parseJson', () => {
  test.each([
    { text: '10.10', expected: '10.10' },
    {
      text: '0.1000000000000000055511151231257827',
      expected: '0.1000000000000000055511151231257827',
    },
    { text: '12345678901234567890', expected: '12345678901234567890' },
    { text: '-0.0', expected: '-0.0' },
  ])('keeps the number $text as it was written', ({ text, expected }) => {
    const value = parseJson(`{"qty": ${text}}`) as { qty: NumberLexeme };
    expect(value.qty.text).toBe(expected);
  });

  test.each([
    { name: 'no JSON', text: '{"symbol": SPY}' },
    { name: 'an empty text', text: '' },
    { name: 'NaN', text: '{"qty": NaN}' },
    { name: 'one name with two values', text: '{"a": 1, "a": 2}' },
    { name: 'a trailing comma', text: '{"a": 1,}' },
    { name: 'a number with a leading zero', text: '{"a": 01}' },
    { name: 'more than 20 levels', text: '['.repeat(21) + ']'.repeat(21) },
    { name: 'a stack of open brackets', text: '['.repeat(60_000) },
    { name: 'U+0000 in a value', text: '{"a": {"b": ["x\\u0000"]}}' },
    { name: 'U+0000 in a name', text: '{"a\\u0000": 1}' },
  ])('refuses $name', ({ text }) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  test('a field named __proto__ is a field, not the prototype', () => {
    const value = parseJson('{"__proto__": {"admin": true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('agrees with JSON.parse on everything without numbers', () => {
    const value = fc.oneof(
      fc.string().filter((text) => !text.includes('\0')),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(parseJson(JSON.stringify({ values }))).toEqual({ values });
      }),
    );
  });
});

describe('NumberLexeme', () => {
  test.each([
    { text: '1e3', expected: '1000' },
    { text: '1.5e-3', expected: '0.0015' },
    { text: '1.50E+1', expected: '15' },
    { text: '-2.5e1', expected: '-25' },
    { text: '1e-05', expected: '0.00001' },
    { text: '0e5', expected: '0' },
    { text: '412.50', expected: '412.50' },
    { text: '1e999', expected: '1e999' },
  ])('$text is $expected', ({ text, expected }) => {
    expect(new NumberLexeme(text).toDecimal()).toBe(expected);
  });

  test('moving the point by an exponent keeps the value exactly', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(digits, fc.integer({ min: -12, max: 12 }), (value, exponent) => {
        const decimal = new NumberLexeme(`${value}e${exponent}`).toDecimal();
        expect(parseDecimal(decimal, 24)).toBe(value * 10n ** BigInt(24 + exponent));
      }),
    );
  });
});
