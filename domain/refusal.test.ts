import { REFUSALS, RefusalError, REJECT_REASONS } from './refusal';
import { RULES } from './risk/rules';

test('every reason of risk is in the catalogue, and the rules know them all, in this order', () => {
  expect(REJECT_REASONS.every((reason) => reason in REFUSALS)).toBe(true);
  expect(RULES.map(([reason]) => reason)).toEqual([...REJECT_REASONS]);
});

test('a refusal says its title unless told more', () => {
  expect(new RefusalError('order_not_found').message).toBe('There is no such order');
  const told = new RefusalError('order_not_cancelable', 'too late', { status: 'filled' });
  expect(told).toMatchObject({
    name: 'RefusalError',
    code: 'order_not_cancelable',
    message: 'too late',
    details: { status: 'filled' },
  });
});
