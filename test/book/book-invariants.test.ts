import fc from 'fast-check';
import { Book } from '../../domain/book/book';
import { toRestingOrder } from '../../domain/book/entry';
import type { BookReport, RestingOrder } from '../../domain/book/types';
import { commands, obey, viewOf, type Command } from './commands';

const RUNS = { numRuns: 200 };

/** Calls `check` after each command of a random sequence. */
function afterEach(
  check: (book: Book, reports: readonly BookReport[], command: Command, index: number) => void,
) {
  fc.assert(
    fc.property(commands, (sequence) => {
      const book = new Book();
      sequence.forEach((command, index) => {
        check(book, obey(book, command, index), command, index);
      });
    }),
    RUNS,
  );
}

test('the two sides of a trade execute the same quantity at the same price', () => {
  afterEach((_book, reports) => {
    reports.forEach((report, index) => {
      if (report.kind !== 'trade') return;
      expect(report.quantity).toBeGreaterThan(0);
      if (report.counterparty === 'market_maker') return;
      // Taker and maker stand side by side, taker first.
      const isTaker = report.liquidity === 'taker';
      const other = reports[isTaker ? index + 1 : index - 1];
      expect(other).toMatchObject({
        kind: 'trade',
        trade: report.trade,
        price: report.price,
        quantity: report.quantity,
        liquidity: isTaker ? 'maker' : 'taker',
      });
    });
  });
});

test('what an order executed and what it has left is what was ordered, until it closes once', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const book = new Book();
      const leaves = new Map<string, number>();
      sequence.forEach((command, index) => {
        if (command.kind === 'submit') leaves.set(`o${index}`, command.order.quantity);
        for (const report of obey(book, command, index)) follow(leaves, report);
      });
      const open = book.restingOrders().map((row) => [row.orderId, row.quantity - row.filled]);
      expect(new Map(open as [string, number][])).toEqual(leaves);
    }),
    RUNS,
  );
});

/** Keeps the leaves of every open order by the reports alone. */
function follow(leaves: Map<string, number>, report: BookReport): void {
  const { kind, orderId, quantity } = report;
  if (kind === 'cancel_rejected' || kind === 'replace_rejected') return;
  const before = leaves.get(orderId);
  if (before === undefined) throw new Error(`${orderId} is reported, but it is not open`);
  if (kind === 'replaced') {
    leaves.delete(orderId);
    if (report.leaves > 0) leaves.set(report.replacementId ?? '', report.leaves);
    return;
  }
  const stays = kind === 'trade' || kind === 'triggered' || kind === 'activated';
  if (stays) expect(report.leaves).toBe(before - quantity);
  else expect(report.leaves).toBe(0);
  if (report.leaves === 0) leaves.delete(orderId);
  else leaves.set(orderId, report.leaves);
}

test('no order trades beyond its limit or its protection price', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const book = new Book();
      const orders = new Map<string, RestingOrder>();
      sequence.forEach((command, index) => {
        if (command.kind === 'submit') {
          const order = { ...command.order, orderId: `o${index}` };
          orders.set(order.orderId, { ...order, state: 'waiting', priority: 0 });
        }
        for (const row of book.restingOrders()) orders.set(row.orderId, row);
        for (const report of obey(book, command, index)) {
          const order = orders.get(report.orderId);
          // A replacement that traded at once never was a row.
          if (report.kind !== 'trade' || order === undefined) continue;
          const worst = order.limitPrice ?? order.protectionPrice ?? report.price;
          const beyond = order.side === 'buy' ? report.price > worst : report.price < worst;
          expect(beyond).toBe(false);
        }
      });
    }),
    RUNS,
  );
});

test('the book is never crossed after a step', () => {
  afterEach((book) => {
    const bound = (row: RestingOrder) => row.limitPrice ?? row.protectionPrice ?? 0;
    const resting = book.restingOrders().filter(({ state }) => state === 'resting');
    const { bids, asks } = book.quoteState();
    const left = ({ size }: { size: number }) => size > 0;
    const orderBids = resting.filter(({ side }) => side === 'buy').map(bound);
    const orderAsks = resting.filter(({ side }) => side === 'sell').map(bound);
    const allBids = [...orderBids, ...bids.filter(left).map(({ price }) => price)];
    const allAsks = [...orderAsks, ...asks.filter(left).map(({ price }) => price)];
    // Only the market maker may bid what it asks, inside a bar.
    expect(Math.max(0, ...orderBids)).toBeLessThan(Math.min(Infinity, ...allAsks));
    expect(Math.max(0, ...allBids)).toBeLessThan(Math.min(Infinity, ...orderAsks));
  });
});

test('the rows that changed, applied to the rows before, are the whole book', () => {
  const rows = new Map<string, RestingOrder>();
  afterEach((book, _reports, _command, index) => {
    if (index === 0) rows.clear();
    if (index % 3 !== 0) return;
    const { upserted, removed } = book.takeChanges();
    for (const orderId of removed) expect(rows.delete(orderId)).toBe(true);
    for (const entry of upserted) rows.set(entry.order.orderId, toRestingOrder(entry));
    const byPriority = [...rows.values()].sort((a, b) => a.priority - b.priority);
    expect(byPriority).toEqual(book.restingOrders());
  });
});

test('a book rebuilt from its rows goes on exactly as the one that never stopped', () => {
  fc.assert(
    fc.property(commands, fc.nat({ max: 40 }), (sequence, stopAt) => {
      const book = new Book();
      const before = sequence.slice(0, stopAt);
      const after = sequence.slice(stopAt);
      before.forEach((command, index) => obey(book, command, index));
      // Rows come back in any order, and what is kept of the rest goes through JSON.
      const state = JSON.parse(JSON.stringify(book.state())) as ReturnType<Book['state']>;
      const rebuilt = Book.restore(book.restingOrders().reverse(), state);
      const trades = before.length === 0 ? 0 : tradesIn(before);
      after.forEach((command, index) => {
        const reports = obey(book, command, before.length + index);
        const again = obey(rebuilt, command, before.length + index);
        // Trades are counted within the life of one book.
        const counted = again.map((one) =>
          one.trade === 0 ? one : { ...one, trade: one.trade + trades },
        );
        expect(counted).toEqual(reports);
        expect(viewOf(rebuilt)).toEqual(viewOf(book));
      });
      expect(rebuilt.restingOrders()).toEqual(book.restingOrders());
      expect(rebuilt.state()).toEqual(book.state());
    }),
    RUNS,
  );
});

function tradesIn(sequence: readonly Command[]): number {
  const book = new Book();
  const reports = sequence.flatMap((command, index) => obey(book, command, index));
  return Math.max(0, ...reports.map(({ trade }) => trade));
}
