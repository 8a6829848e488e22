import { held } from '../test/workflows/order-steps';
import { takeTurns } from './turns';

test('what has begun ends before the next begins', async () => {
  const inTurn = takeTurns();
  const first = held('first');
  const begun: string[] = [];
  const run = (name: string, step: () => Promise<string>) =>
    inTurn(() => {
      begun.push(name);
      return step();
    });
  const answers = [
    run('first', first.step),
    run('second', () => Promise.resolve('second')),
    run('third', () => Promise.resolve('third')),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['first']);
  first.release();
  expect(await Promise.all(answers)).toEqual(['first', 'second', 'third']);
  expect(begun).toEqual(['first', 'second', 'third']);
});

test('a step that fails fails its own caller and lets the next begin', async () => {
  const inTurn = takeTurns();
  const [failed, next] = await Promise.allSettled([
    inTurn(() => Promise.reject(new Error('refused'))),
    inTurn(() => Promise.resolve('next')),
  ]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'refused' } });
  expect(next).toEqual({ status: 'fulfilled', value: 'next' });
});
