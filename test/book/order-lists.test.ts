import fc from 'fast-check';
import { Book } from '../../domain/book/book';
import type { BookOrder, BookReport, RestingOrder } from '../../domain/book/types';
import { anOrder } from './an-order';
import { commands, obey, viewOf, type Command } from './commands';

const RUNS = { numRuns: 150 };

/** As `obey`, but an order that could have exits gets them; some have no entry. */
function obeyWithLists(book: Book, command: Command, index: number): BookReport[] {
  if (command.kind !== 'submit' || !canLead(command.order)) return obey(book, command, index);
  const reports: BookReport[] = [];
  book.submitList(membersOf(command.order, index), reports);
  return reports;
}

function canLead({ type, timeInForce, postOnly }: Omit<BookOrder, 'orderId'>): boolean {
  return type === 'limit' && !postOnly && (timeInForce === 'day' || timeInForce === 'gtc');
}

function membersOf(order: Omit<BookOrder, 'orderId'>, index: number): BookOrder[] {
  const orderId = `o${index}`;
  const { limitPrice, side: leading } = order;
  const base = limitPrice ?? 100;
  const isPair = index % 3 === 0;
  const side = isPair === (leading === 'buy') ? 'buy' : 'sell';
  const away = side === 'sell' ? 1 : -1;
  const exit = { ...order, side, list: { id: orderId, role: 'exit' } } as const;
  const profit = anOrder({ ...exit, orderId: `${orderId}tp`, limitPrice: base + 2 * away });
  const loss = anOrder({
    ...exit,
    orderId: `${orderId}sl`,
    type: 'stop',
    limitPrice: null,
    stopPrice: base - 2 * away,
    protectionPrice: base - 4 * away,
  });
  if (isPair) return [profit, loss];
  const entry = anOrder({ ...order, orderId, list: { id: orderId, role: 'entry' } });
  // Exits with an entry are told that they are held, not that they wait for the session.
  return [entry, { ...profit, waits: false }, { ...loss, waits: false }];
}

test('exits never trade more than their entry, wait for its end and are always of one size', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const book = new Book();
      const executed = new Map<string, { entry: number; exits: number }>();
      sequence.forEach((command, index) => {
        const places = new Map<string, NonNullable<BookOrder['list']>>();
        const note = (row: BookOrder) => {
          if (row.list != null) places.set(row.orderId, row.list);
        };
        book.restingOrders().forEach(note);
        if (command.kind === 'submit') membersOf(command.order, index).forEach(note);
        const reports = obeyWithLists(book, command, index);
        for (const report of reports) count(executed, places, report);
        for (const [id, members] of byList(book)) checkList(members, executed.get(id));
      });
    }),
    RUNS,
  );
});

function count(
  executed: Map<string, { entry: number; exits: number }>,
  places: ReadonlyMap<string, NonNullable<BookOrder['list']>>,
  { kind, orderId, replacementId, quantity }: BookReport,
): void {
  const place = places.get(orderId);
  if (place === undefined) return;
  // What a replacement trades in this very step counts as well.
  if (kind === 'replaced' && replacementId !== null) {
    (places as Map<string, typeof place>).set(replacementId, place);
  }
  if (kind !== 'trade') return;
  const sums = executed.get(place.id) ?? { entry: 0, exits: 0 };
  sums[place.role === 'entry' ? 'entry' : 'exits'] += quantity;
  executed.set(place.id, sums);
}

function byList(book: Book): Map<string, RestingOrder[]> {
  const lists = new Map<string, RestingOrder[]>();
  for (const row of book.restingOrders()) {
    if (row.list == null) continue;
    lists.set(row.list.id, [...(lists.get(row.list.id) ?? []), row]);
  }
  return lists;
}

/** Plain comparisons: an `expect` for each list of each step would take most of the time. */
function checkList(members: readonly RestingOrder[], executed = { entry: 0, exits: 0 }): void {
  const entry = members.find(({ list }) => list?.role === 'entry');
  const exits = members.filter(({ list }) => list?.role === 'exit');
  const left = exits.map(({ quantity, filled }) => quantity - filled);
  const wrong = [
    exits.some(({ state }) => (state === 'held') !== (entry !== undefined)) && 'held',
    new Set(left).size > 1 && 'sizes',
    entry === undefined && exits.length !== 2 && 'alone',
    entry === undefined &&
      executed.entry > 0 &&
      executed.exits + (left[0] ?? 0) > executed.entry &&
      'more than the entry',
  ].filter((problem) => problem !== false);
  if (wrong.length > 0) expect({ wrong, members, executed }).toBeNull();
}

test('a book with lists rebuilt from its rows goes on as the one that never stopped', () => {
  fc.assert(
    fc.property(commands, fc.nat({ max: 40 }), (sequence, stopAt) => {
      const book = new Book();
      sequence.slice(0, stopAt).forEach((command, index) => obeyWithLists(book, command, index));
      const state = JSON.parse(JSON.stringify(book.state())) as ReturnType<Book['state']>;
      const rebuilt = Book.restore(book.restingOrders().reverse(), state);
      sequence.slice(stopAt).forEach((command, index) => {
        const said = obeyWithLists(book, command, stopAt + index).map(withoutTrade);
        const again = obeyWithLists(rebuilt, command, stopAt + index).map(withoutTrade);
        const wanted = [said, viewOf(book)];
        const seen = [again, viewOf(rebuilt)];
        // Comparing text first is ten times faster than `toEqual`, which then tells the difference.
        if (JSON.stringify(seen) !== JSON.stringify(wanted)) expect(seen).toEqual(wanted);
      });
    }),
    RUNS,
  );
});

/** Trades are counted within the life of one book. */
const withoutTrade = ({ trade: _, ...report }: BookReport) => report;
