import { createHalts } from './halts';

const createBook = () => {
  const done: string[] = [];
  return { done, halt: () => done.push('halt'), unhalt: () => done.push('unhalt') };
};

test('the book goes on when the last reason has ended', () => {
  const book = createBook();
  const halts = createHalts(book, []);
  halts.begin('operator');
  halts.begin('stale_prices');
  halts.end('stale_prices', []);
  expect(book.done).toEqual(['halt', 'halt']);
  expect(halts.reasons()).toEqual(['operator']);
  halts.end('operator', []);
  expect(book.done.at(-1)).toBe('unhalt');
});

test('an operator cannot end a halt for stale prices', () => {
  const book = createBook();
  const halts = createHalts(book, ['stale_prices']);
  halts.end('operator', []);
  expect(book.done).toEqual([]);
  expect(halts.reasons()).toEqual(['stale_prices']);
});
