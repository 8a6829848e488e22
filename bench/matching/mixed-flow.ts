import { Book } from '../../domain/book/book';
import { toRestingOrder } from '../../domain/book/entry';
import type { BookOrder, BookReport, Replacement } from '../../domain/book/types';
import { createStopwatch, type Stopwatch } from './stopwatch';

const WARM_UP_COMMANDS = 200_000;
const MEASURED_COMMANDS = 1_000_000;
/** Rows are taken once a match transaction, which holds about so many commands under load. */
const COMMANDS_A_TRANSACTION = 100;
const RESTING_AT_START = 10_000;
const ACCOUNTS = 500;
const SHARE = 1_000_000_000;

type Command =
  | { readonly kind: 'submit'; readonly order: BookOrder }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'replace'; readonly orderId: string; readonly wish: Replacement };

/** A repeatable stream of numbers below `limit` (xorshift32), so every run measures the same. */
function createNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const numbers = createNumbers(20_240_229);
const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`);
const live: string[] = [];
let named = 0;

function nextId(): string {
  named += 1;
  return `order-${named}`;
}

/** An order up to a dollar away from 100.00; a marketable one takes up to a dollar deep. */
function limitOrder(marketable: boolean): BookOrder {
  const isBuy = numbers(2) === 0;
  const distance = (marketable ? -100 : 1 + numbers(100)) * 100;
  return {
    orderId: nextId(),
    accountId: accounts[numbers(ACCOUNTS)] as string,
    side: isBuy ? 'buy' : 'sell',
    type: 'limit',
    timeInForce: 'gtc',
    quantity: (1 + numbers(100)) * SHARE * (marketable ? 6 : 1),
    filled: 0,
    limitPrice: 1_000_000 + (isBuy ? -distance : distance),
    stopPrice: null,
    protectionPrice: null,
    postOnly: false,
    selfTradePrevention: 'expire_taker',
  };
}

/** One of the orders still named as live; some of them traded meanwhile, as in real flow. */
function takeLive(): string {
  const index = numbers(live.length);
  const orderId = live[index] as string;
  const last = live.pop() as string;
  if (index < live.length) live[index] = last;
  return orderId;
}

function nextCommand(): Command {
  const roll = numbers(100);
  if (roll < 60 || live.length < 100) {
    const order = limitOrder(false);
    live.push(order.orderId);
    return { kind: 'submit', order };
  }
  if (roll < 85) return { kind: 'cancel', orderId: takeLive() };
  if (roll < 95) return { kind: 'submit', order: limitOrder(true) };
  const orderId = takeLive();
  const { orderId: newId, limitPrice, quantity } = limitOrder(false);
  live.push(newId);
  // The price may be on the other side of the book: then the replacement trades.
  const prices = { limitPrice, stopPrice: null, protectionPrice: null };
  return { kind: 'replace', orderId, wish: { orderId: newId, quantity, ...prices } };
}

function obey(book: Book, command: Command, reports: BookReport[]): void {
  if (command.kind === 'submit') book.submit(command.order, reports);
  else if (command.kind === 'cancel') book.cancel(command.orderId, reports);
  else book.replace(command.orderId, command.wish, reports);
}

interface Run {
  readonly reports: number;
  readonly rows: number;
}

function run(book: Book, commands: readonly Command[], watch: Stopwatch): Run {
  let reports: BookReport[] = [];
  let reported = 0;
  let rows = 0;
  watch.time(() => {
    commands.forEach((command, index) => {
      obey(book, command, reports);
      if (index % COMMANDS_A_TRANSACTION !== 0) return;
      const changes = book.takeChanges();
      rows += changes.upserted.map(toRestingOrder).length + changes.removed.length;
      reported += reports.length;
      reports = [];
    });
  });
  return { reports: reported, rows };
}

export interface MixedFlow {
  readonly operations_per_second: number;
  readonly commands: number;
  readonly reports: number;
  readonly rows: number;
  readonly resting: number;
}

/**
 * How many commands one book takes in a second of processor time, reports and row changes
 * included: 60 % new limit orders, 25 % cancels, 10 % orders that trade at once, 5 % replaces.
 */
export function measureMixedFlow(): MixedFlow {
  const book = new Book();
  const resting = Array.from({ length: RESTING_AT_START }, () => {
    const order = limitOrder(false);
    live.push(order.orderId);
    return { kind: 'submit', order } as const;
  });
  run(book, resting, createStopwatch());
  run(book, Array.from({ length: WARM_UP_COMMANDS }, nextCommand), createStopwatch());
  const watch = createStopwatch();
  let reports = 0;
  let rows = 0;
  // Commands are made outside the clock, in portions, so that making them is not measured.
  const portion = 5_000;
  for (let done = 0; done < MEASURED_COMMANDS; done += portion) {
    const result = run(book, Array.from({ length: portion }, nextCommand), watch);
    reports += result.reports;
    rows += result.rows;
  }
  return {
    operations_per_second: Math.round(MEASURED_COMMANDS / watch.seconds()),
    commands: MEASURED_COMMANDS,
    reports,
    rows,
    resting: book.size,
  };
}
