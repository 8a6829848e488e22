/**
 * The life of two accounts as chance has it: orders, requests and reports in any interleaving,
 * through the real steps and a real database, with a market that trades at any price an order
 * allows. Whatever happens, the invariants hold, and once all is quiet nothing is left over.
 */
import fc from 'fast-check';
import { publishBatch } from '../../activities/publish-events';
import { formatPrice, formatQuantity, parsePrice } from '../../domain/decimal';
import { isClosed } from '../../domain/order/order';
import { RefusalError } from '../../domain/refusal';
import { acceptOrder, anInstruction, type Broker, countRows, createBroker } from './broker';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

afterAll(() => broker.close());

/** Numbers pick from what is there, so that any list of turns can be played. */
interface Turn {
  readonly kind: (typeof KINDS)[number];
  readonly pick: number;
  readonly percent: number;
  readonly price: number;
}

const KINDS = [
  'buy',
  'buy at market',
  'sell',
  'place again',
  'cancel',
  'replace',
  'commands',
  'trade',
  'cross',
  'expire',
  'reject',
  'settle',
  'publish',
] as const;

const turn = (): fc.Arbitrary<Turn> =>
  fc.record({
    kind: fc.constantFrom(...KINDS, 'commands', 'trade', 'trade', 'settle'),
    pick: fc.nat(30),
    percent: fc.integer({ min: 1, max: 100 }),
    price: fc.integer({ min: 800, max: 1_200 }),
  });

class Life {
  private readonly accounts: readonly string[];
  private readonly orders: string[] = [];
  private readonly placed: ReturnType<typeof anInstruction>[] = [];

  constructor(accounts: readonly string[]) {
    this.accounts = accounts;
  }

  async play(turn: Turn): Promise<void> {
    const { market } = broker;
    const order = this.orders[turn.pick % this.orders.length];
    const open = market.openOrders[turn.pick % market.openOrders.length];
    const price = formatPrice(wantedPrice(turn));
    if (turn.kind === 'buy') await this.place(turn, { side: 'buy', limitPrice: price });
    if (turn.kind === 'sell') await this.place(turn, { side: 'sell', limitPrice: price });
    if (turn.kind === 'buy at market') {
      await this.place(turn, { side: 'buy', type: 'market', limitPrice: null });
    }
    if (turn.kind === 'place again') await this.placeAgain(turn);
    if (turn.kind === 'commands') await market.takeCommands(() => turn.percent > 80);
    if (turn.kind === 'publish') await publishBatch(broker.db, SINK, this.accounts);
    if (order !== undefined) {
      if (turn.kind === 'cancel') await refusable(broker.cancel(order));
      if (turn.kind === 'replace') await this.replace(turn, order, price);
      if (turn.kind === 'settle') await broker.settle(order);
    }
    if (open !== undefined) {
      if (turn.kind === 'trade') await trade(open, turn);
      if (turn.kind === 'cross') await cross(open, turn);
      if (turn.kind === 'expire') await market.expire(open);
      if (turn.kind === 'reject') await rejectUntouched(open);
    }
  }

  /** Ends everything, so that what must be left is nothing. */
  async finish(): Promise<void> {
    const { market } = broker;
    for (const orderId of this.orders) {
      if (!isClosed((await broker.order(orderId)).status)) await refusable(broker.cancel(orderId));
    }
    await market.takeCommands();
    for (const orderId of this.orders) await broker.settle(orderId);
    for (const accountId of this.accounts) await publishBatch(broker.db, SINK, [accountId]);
  }

  private async place(
    { pick, percent }: Turn,
    terms: Partial<ReturnType<typeof anInstruction>>,
  ): Promise<void> {
    const accountId = this.accounts[pick % this.accounts.length]!;
    const instruction = anInstruction(accountId, { quantity: String(percent / 2), ...terms });
    await acceptOrder(broker.db, instruction);
    this.placed.push(instruction);
    this.orders.push(instruction.orderId);
  }

  private async placeAgain({ pick }: Turn): Promise<void> {
    const again = this.placed[pick % this.placed.length];
    if (again !== undefined) await acceptOrder(broker.db, again);
  }

  private async replace({ percent }: Turn, orderId: string, price: string): Promise<void> {
    const terms = { quantity: String(percent / 2), limitPrice: percent > 50 ? price : null };
    const answer = await broker.replace(orderId, terms);
    if (answer.accepted) this.orders.push(answer.orderId);
  }
}

async function countReplaced(): Promise<number> {
  const rows = await broker.db
    .selectFrom('orders')
    .select('order_id')
    .where('status', '=', 'replaced')
    .execute();
  return rows.length;
}

const SINK = { publish: () => Promise.resolve(), committed: () => undefined };

async function refusable(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof RefusalError)) throw error;
  });
}

/** Cents as 1e-4. */
const wantedPrice = ({ price }: Turn): bigint => BigInt(price) * 100n;

const share = (of: bigint, percent: number): string =>
  formatQuantity((of * BigInt(percent) + 99n) / 100n);

/** At the wanted price (1e-4), or at the worst the order allows where that is worse. */
async function allowedPrice(orderId: string, wanted: bigint): Promise<bigint> {
  const { side, limit_price, protection_price } = await broker.order(orderId);
  const worst = parsePrice(limit_price ?? protection_price!);
  const isAllowed = side === 'buy' ? wanted <= worst : wanted >= worst;
  return isAllowed ? wanted : worst;
}

async function trade(orderId: string, turn: Turn): Promise<void> {
  const quantity = share(broker.market.leavesOf(orderId), turn.percent);
  const price = await allowedPrice(orderId, wantedPrice(turn));
  await broker.market.trade(orderId, quantity, formatPrice(price));
}

/** With the first order of the other side that accepts the price. */
async function cross(orderId: string, turn: Turn): Promise<void> {
  const { market } = broker;
  const { side } = await broker.order(orderId);
  for (const otherId of market.openOrders) {
    if ((await broker.order(otherId)).side === side) continue;
    const price = await allowedPrice(orderId, wantedPrice(turn));
    if ((await allowedPrice(otherId, price)) !== price) continue;
    const mine = market.leavesOf(orderId);
    const theirs = market.leavesOf(otherId);
    const quantity = share(mine < theirs ? mine : theirs, turn.percent);
    const [buyId, sellId] = side === 'buy' ? [orderId, otherId] : [otherId, orderId];
    await market.cross(buyId, sellId, quantity, formatPrice(price));
    return;
  }
}

/** The book refuses an order only before it trades. */
async function rejectUntouched(orderId: string): Promise<void> {
  const traded = await broker.db
    .selectFrom('execution_reports')
    .select('report_id')
    .where('order_id', '=', orderId)
    .where('kind', '=', 'trade')
    .execute();
  const { inherited_quantity: inherited, status } = await broker.order(orderId);
  const untouched = traded.length === 0 && Number(inherited) === 0;
  if (untouched && status === 'new') await broker.market.reject(orderId, 'post_only_would_take');
}

test('any life of two accounts keeps the invariants and leaves nothing over', async () => {
  let fills = 0;
  let replacements = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(turn(), { minLength: 20, maxLength: 60 }), async (turns) => {
      await broker.reset({ makerFeePpm: 333, takerFeePpm: 1_777 });
      const accounts = [await broker.openAccount('1000'), await broker.openAccount('1000')];
      const life = new Life(accounts);
      for (const [index, one] of turns.entries()) {
        await life.play(one);
        if (index % 10 === 9) expect(await broker.brokenInvariants()).toEqual([]);
      }
      await life.finish();
      expect(await broker.brokenInvariants({ quiescent: true })).toEqual([]);
      for (const accountId of accounts) {
        const { heldCash, heldShares } = await broker.balances(accountId);
        expect([heldCash, heldShares]).toEqual(['0', '0']);
      }
      fills += (await countRows(broker.db))['fills']!;
      replacements += await countReplaced();
    }),
    { numRuns: 15 },
  );
  // These were no empty lives: about 35 fills in all, seldom fewer than 15.
  expect(fills).toBeGreaterThan(5);
  expect(replacements).toBeGreaterThan(0);
}, 120_000);
