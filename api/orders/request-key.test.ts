import { ProblemError } from '../problem-error';
import { readRequestKey } from './request-key';

describe('the key of a request', () => {
  test.each([
    { name: 'the field', field: 'a', header: undefined, expected: { key: 'a', generated: false } },
    { name: 'the header', field: undefined, header: 'b', expected: { key: 'b', generated: false } },
    { name: 'both alike', field: 'a', header: 'a', expected: { key: 'a', generated: false } },
  ])('is $name', ({ field, header, expected }) => {
    expect(readRequestKey(field, header)).toEqual(expected);
  });

  test('is generated when the caller gives none, another one each time', () => {
    const [one, other] = [readRequestKey(null, undefined), readRequestKey(undefined, undefined)];
    expect([one.generated, other.generated]).toEqual([true, true]);
    expect(one.key).not.toBe(other.key);
  });

  test.each([
    { name: 'both differ', field: 'a', header: 'b', expected: 'client_order_id' },
    { name: 'the header is empty', field: null, header: '', expected: 'Idempotency-Key' },
    {
      name: 'the header is too long',
      field: null,
      header: 'x'.repeat(129),
      expected: 'Idempotency-Key',
    },
  ])('is refused when $name', ({ field, header, expected }) => {
    let refusal: unknown;
    try {
      readRequestKey(field, header);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ProblemError);
    expect((refusal as ProblemError).errors[0]?.field).toBe(expected);
  });
});
