import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsePrice } from '../../domain/decimal';
import { startTestStack, type TestStack } from '../harness/stack';
import { createTestFolder } from '../harness/services';
import {
  acceptedOrder,
  type Broker,
  expectInvariants,
  openBroker,
  type OrderAnswer,
  waitForStatus,
} from './broker';

const HISTORY = path.resolve(__dirname, '..', '..', 'data', 'spx-daily.csv');
const FIRST_DAY = '2020-02-20';
const PLAYED_MS = 60_000;

interface Day {
  readonly date: string;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
}

let stack: TestStack;
let broker: Broker;
let days: readonly Day[];

beforeAll(async () => {
  const [header = '', ...rows] = readFileSync(HISTORY, 'utf8').trim().split('\n');
  const played = rows.filter((row) => row >= FIRST_DAY);
  days = played.map((row) => {
    const [date = '', open = '', high = '', low = ''] = row.split(',');
    return { date, open: parsePrice(open), high: parsePrice(high), low: parsePrice(low) };
  });
  const file = path.join(createTestFolder('history'), 'crash.csv');
  writeFileSync(file, [header, ...played].join('\n'));
  stack = await startTestStack({
    args: ['--replay', file, '--symbol', 'SPX', '--speed', '1'],
  });
  broker = openBroker(stack);
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

const bidFor = (limit: string): Promise<OrderAnswer> =>
  acceptedOrder(broker, broker.demo, {
    symbol: 'SPX',
    qty: '1',
    side: 'buy',
    type: 'limit',
    limit_price: limit,
    time_in_force: 'gtc',
  });

/** The market's own day on which the order traded. */
async function dayOfFill(orderId: string): Promise<Day | undefined> {
  const { market_at: at } = await broker.db
    .selectFrom('fills')
    .select('market_at')
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow();
  return days.find(({ date }) => date === at.toISOString().slice(0, 10));
}

/** The day whose real low first reaches the price, as the file tells. */
const firstDayBelow = (price: string): Day | undefined =>
  days.find(({ low }) => low <= parsePrice(price));

const BIDS = [
  // The 12th of March 2020 opened far below the close before it: the fill is at that open.
  { limit: '2700', reached: '2020-03-12', price: '2630.86' },
  // Reached inside the day: the fill is at the limit itself.
  { limit: '2300', reached: '2020-03-18', price: '2300' },
];

test('bids in the crash of 2020 fill on the day whose real low first reaches them', async () => {
  const orders = await Promise.all(BIDS.map(({ limit }) => bidFor(limit)));
  for (const [index, { limit, reached, price }] of BIDS.entries()) {
    const id = orders[index]?.id ?? '';
    const filled = await waitForStatus(broker, broker.demo, id, ['filled'], PLAYED_MS);
    const day = await dayOfFill(id);
    expect(day).toEqual(firstDayBelow(limit));
    expect(day?.date).toBe(reached);
    expect(filled.filled_avg_price).toBe(price);
    const paid = parsePrice(price);
    expect(paid >= (day?.low ?? 0n) && paid <= (day?.high ?? 0n)).toBe(true);
  }
  await expectInvariants(
    broker,
    orders.map(({ id }) => id),
  );
}, 90_000);
