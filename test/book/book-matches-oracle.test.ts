import fc from 'fast-check';
import { Book } from '../../domain/book/book';
import { commands, obey, viewOf } from './commands';
import { NaiveBook } from './oracle';

test('the book does exactly what the naive book does, command by command', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const book = new Book();
      const oracle = new NaiveBook();
      sequence.forEach((command, index) => {
        const seen = [obey(book, command, index), viewOf(book)];
        const wanted = [obey(oracle, command, index), oracle.view()];
        // Comparing text first is ten times faster than `toEqual`, which then tells the difference.
        if (JSON.stringify(seen) !== JSON.stringify(wanted)) expect(seen).toEqual(wanted);
      });
    }),
    { numRuns: 2_000 },
  );
});
