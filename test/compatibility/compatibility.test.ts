import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findMismatches } from './expectation';
import { DOCUMENT_FILE, formatDocument } from './format-document';
import { findMissing, SHAPES } from './shapes';
import { readStepFiles } from './step';
import { readReceivedFields } from './surface';
import { NOTES } from './verdicts';

/** Every endpoint, parameter and field of the client has a step or a note, or the page fails. */
test('docs/compatibility.md says what steps and notes say; `npm run gen:compatibility` writes it', () => {
  expect(readFileSync(DOCUMENT_FILE, 'utf8')).toBe(formatDocument());
}, 60_000);

test.each(Object.entries(SHAPES))(
  'the table of %s has the fields that the client declares, and their kinds',
  (name, shape) => {
    const declared = readReceivedFields(name);
    expect(Object.keys(shape).sort()).toEqual(Object.keys(declared).sort());
    const wrong = Object.entries(shape).filter(
      ([field, kind]) => !kindsOf(String(declared[field])).test(kind),
    );
    expect(wrong).toEqual([]);
  },
);

/** The kinds that a declared type may have in a table. */
function kindsOf(type: string): RegExp {
  const known: [RegExp, RegExp][] = [
    [/^Date/, /^(?:maybe )?(?:time|day)\??$/],
    [/^boolean/, /^boolean$/],
    [/^number/, /^(?:number|integer)$/],
    [/^string/, /^(?:text|uuid|decimal|[\w|]+)\??$/],
    [/^Array<(?:string|object|AssetAttribute)>/, /^texts\??$/],
    [/^Array<number>/, /^numbers$/],
    [/^Array<\w+>/, /^\[\w+\]\??$/],
    [/^\{/, /^\{\[?\w+\]?\}$/],
    [/^\w+$/, /^(?:maybe )?[\w|]+\??$/],
  ];
  const found = known.find(([pattern]) => pattern.test(type))?.[1];
  return new RegExp(`^never: |${found?.source ?? '^$'}`);
}

test('a note that names its proof names a test that exists', () => {
  const repository = path.resolve(__dirname, '..', '..');
  const proofs = NOTES.flatMap(({ proof }) => proof ?? []);
  expect(proofs.filter((file) => !existsSync(path.join(repository, file)))).toEqual([]);
});

test('steps have names of their own', () => {
  for (const { name, steps } of readStepFiles()) {
    const names = steps.map(({ step }) => step);
    expect([name, new Set(names).size]).toEqual([name, names.length]);
  }
});

describe('an expectation', () => {
  test.each([
    { value: { a: 1, b: 2 }, wanted: { a: 1 }, problems: 0 },
    { value: { a: 1 }, wanted: { a: 2 }, problems: 1 },
    { value: { a: 1 }, wanted: { b: '<any>' }, problems: 1 },
    { value: {}, wanted: { a: null }, problems: 0 },
    { value: { a: 0 }, wanted: { a: null }, problems: 1 },
    { value: [1, 2], wanted: [1], problems: 1 },
    { value: [1, 2], wanted: { $length: 2, $some: 2 }, problems: 0 },
    { value: [1, 2], wanted: { $every: '<number>', $some: 3 }, problems: 1 },
    { value: [], wanted: { $some: '<any>' }, problems: 1 },
    { value: 'x', wanted: { a: 1 }, problems: 1 },
    { value: '-0.5', wanted: '<decimal>', problems: 0 },
    { value: '1e5', wanted: '<decimal>', problems: 1 },
    { value: '0', wanted: '<positive>', problems: 1 },
  ])('$wanted of $value has $problems problems', ({ value, wanted, problems }) => {
    expect(findMismatches(value as never, wanted as never)).toHaveLength(problems);
  });
});

test('a shape misses what is not there, and on the wire what is not even null', () => {
  const clock = { is_open: 'yes', next_close: '2026-01-01T00:00:00Z', next_open: null };
  expect(findMissing(clock, 'LegacyClock', true)).toEqual([
    'LegacyClock.is_open: "yes" is no boolean',
    'LegacyClock.next_open: null is no time',
    'LegacyClock.timestamp: is not there',
  ]);
  const list = { id: '00000000-0000-4000-8000-000000000000', status: 200 };
  expect(findMissing(list, 'CanceledOrderResponse', true)).toEqual([]);
});
