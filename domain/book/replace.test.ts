import { cancel, closeSession, open, replace, run, sell, submit } from '../../test/book/steps';

describe('replace', () => {
  const two = [submit('a', { quantity: 10 }), submit('b', { quantity: 10 })];
  const hit = sell('s', { quantity: 5, timeInForce: 'ioc', limitPrice: 100 });

  test.each([
    { name: 'less keeps the place', wish: { quantity: 8 }, maker: 'new maker 5@100 leaves 3' },
    { name: 'more loses it', wish: { quantity: 11 }, maker: 'b maker 5@100 leaves 5' },
    {
      name: 'another price loses it',
      wish: { quantity: 8, limitPrice: 99 },
      maker: 'b maker 5@100 leaves 5',
    },
  ])('$name', ({ wish, maker }) => {
    const { said } = run(...two, replace('a', wish), hit);
    expect(said[0]).toBe(`a replaced requested new leaves ${wish.quantity}`);
    expect(said[2]).toBe(maker);
  });

  test.each([
    { quantity: 6, line: 'a replaced requested new leaves 1', stays: ['new 1 resting'] },
    { quantity: 5, line: 'a replaced requested new leaves 0', stays: [] },
    {
      quantity: 4,
      line: 'a replace_rejected quantity_below_filled new leaves 5',
      stays: ['a 5 resting'],
    },
  ])('a new total of $quantity after 5 executed', ({ quantity, line, stays }) => {
    const { book, said } = run(submit('a', { quantity: 10 }), hit, replace('a', { quantity }));
    expect(said[2]).toBe(line);
    expect(open(book)).toEqual(stays);
  });

  test('a new price that reaches the other side trades under the new id', () => {
    const { said } = run(
      sell('s', { quantity: 4, limitPrice: 101 }),
      submit('a', { quantity: 10 }),
      replace('a', { quantity: 10, limitPrice: 101 }),
    );
    expect(said).toEqual([
      'a replaced requested new leaves 10',
      'new taker 4@101 leaves 6',
      's maker 4@101 leaves 0',
    ]);
  });

  test('a day order that becomes gtc keeps its place and outlives the session', () => {
    const { book, said } = run(
      submit('a', { quantity: 10, timeInForce: 'day' }),
      submit('b', { quantity: 10, timeInForce: 'day' }),
      replace('a', { quantity: 10, timeInForce: 'gtc' }),
      closeSession,
    );
    expect(said).toEqual([
      'a replaced requested new leaves 10',
      'b expired session_close leaves 0',
    ]);
    expect(open(book)).toEqual(['new 10 resting']);
  });

  test('a post-only order is not replaced by one that would take', () => {
    const { book, said } = run(
      sell('s', { limitPrice: 101 }),
      submit('a', { quantity: 10, postOnly: true }),
      replace('a', { quantity: 10, limitPrice: 101 }),
    );
    expect(said).toEqual(['a replace_rejected post_only_would_take new leaves 10']);
    expect(open(book)).toEqual(['s 100 resting', 'a 10 resting']);
  });

  test.each([
    { name: 'cancel', step: cancel('x'), line: 'x cancel_rejected order_not_open leaves 0' },
    {
      name: 'replace',
      step: replace('x', { quantity: 1 }),
      line: 'x replace_rejected order_not_open new leaves 0',
    },
  ])('$name of an order that is not open is refused', ({ step, line }) => {
    expect(run(step).said).toEqual([line]);
  });
});
