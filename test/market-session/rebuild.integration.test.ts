import fc from 'fast-check';
import { commitStep, prepareStep } from '../../activities/market-session/commit-step';
import type { PendingCommand } from '../../activities/market-session/market-command';
import { cursorOf } from '../../activities/market-session/cursor-row';
import { openSession, type OpenedSession } from '../../activities/market-session/open-session';
import { runStep, type StepWrites } from '../../activities/market-session/step';
import type { BookOrder } from '../../domain/book/types';
import {
  aQuote,
  createManualSource,
  type SessionProcess,
  startSessionProcess,
  TestMarket,
} from './market-fixture';

let process: SessionProcess;
beforeAll(async () => {
  process = await startSessionProcess();
});
afterAll(() => process.close());

const SHARE = 1_000_000_000;

interface OrderPlan {
  readonly side: 'buy' | 'sell';
  readonly type: 'limit' | 'stop';
  readonly cents: number;
  readonly shares: number;
  readonly timeInForce: 'day' | 'gtc';
}

type Plan =
  | { readonly do: 'submit'; readonly order: OrderPlan }
  | { readonly do: 'cancel'; readonly nth: number }
  | { readonly do: 'quote'; readonly cents: number; readonly size: number }
  | { readonly do: 'halt' }
  | { readonly do: 'unhalt' }
  | { readonly do: 'session_close' };

const order: fc.Arbitrary<OrderPlan> = fc.record({
  side: fc.constantFrom('buy', 'sell'),
  type: fc.constantFrom('limit', 'limit', 'stop'),
  cents: fc.integer({ min: 9_990, max: 10_010 }),
  shares: fc.integer({ min: 1, max: 9 }),
  timeInForce: fc.constantFrom('day', 'gtc'),
});
const plan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('submit'), order }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel'), nth: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('quote'),
      cents: fc.integer({ min: 9_985, max: 10_015 }),
      size: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('halt', 'unhalt', 'session_close') }),
  },
);

/** Plays plans on a market, storing each step; `restart` reads the market from its rows again. */
class Player {
  readonly test: TestMarket;
  session: OpenedSession;
  /** Null once canceled: the unique key of the commands would refuse a second cancel. */
  private readonly submitted: (string | null)[] = [];

  private constructor(test: TestMarket, session: OpenedSession) {
    this.test = test;
    this.session = session;
  }

  static async start(): Promise<Player> {
    const test = await TestMarket.create(process);
    const player = new Player(test, await Player.openMarket(test));
    // Until its first tick a market has no clock of its own.
    await player.play({ do: 'quote', cents: 10_000, size: 5 });
    return player;
  }

  static openMarket(test: TestMarket): Promise<OpenedSession> {
    return openSession(test.db, test.symbol, (start) => Promise.resolve(createManualSource(start)));
  }

  async play(step: Plan): Promise<StepWrites> {
    const { market } = this.session;
    const commands = await this.commandsOf(step);
    const moves =
      step.do === 'quote'
        ? ({ kind: 'quote', quote: quoteOf(step.cents, step.size), opens: true } as const)
        : step.do === 'session_close'
          ? ({ kind: 'session_close' } as const)
          : null;
    const index = market.tickIndex + 1;
    const ticks = moves === null ? [] : [{ index, marketAt: index * 1_000, move: moves }];
    const writes = runStep(market, ticks, commands);
    const cursor = cursorOf(market, this.session.epoch);
    await commitStep(process.handle.pool, prepareStep(cursor, writes));
    return writes;
  }

  async restart(): Promise<void> {
    this.session = await Player.openMarket(this.test);
  }

  private async commandsOf(step: Plan): Promise<PendingCommand[]> {
    if (step.do === 'quote' || step.do === 'session_close') return [];
    if (step.do === 'halt' || step.do === 'unhalt') {
      return [await this.pending(null, { kind: step.do })];
    }
    if (step.do !== 'submit') {
      const orderId = this.submitted[step.nth];
      if (orderId === undefined || orderId === null) return [];
      this.submitted[step.nth] = null;
      return [await this.pending(orderId, { kind: 'cancel', orderId })];
    }
    const orderId = await this.test.insertOrderRow();
    this.submitted.push(orderId);
    const submitted = bookOrder(orderId, this.test.accountId, step.order);
    return [await this.pending(orderId, { kind: 'submit', orders: [submitted] })];
  }

  private async pending(
    orderId: string | null,
    action: PendingCommand['action'],
  ): Promise<PendingCommand> {
    const { symbol, accountId, db } = this.test;
    const { command_id: commandId } = await db
      .insertInto('market_commands')
      .values({ symbol, order_id: orderId, kind: action.kind, payload: '{}' })
      .returning('command_id')
      .executeTakeFirstOrThrow();
    const owner =
      orderId === null ? null : { accountId, rootId: orderId, workflowId: `order:${orderId}` };
    return { commandId, owner, action };
  }
}

function quoteOf(cents: number, size: number) {
  return aQuote(cents - 1, cents + 1, cents, size);
}

function bookOrder(orderId: string, accountId: string, plan: OrderPlan): BookOrder {
  const price = plan.cents * 100;
  return {
    orderId,
    accountId,
    side: plan.side,
    type: plan.type,
    timeInForce: plan.timeInForce,
    quantity: plan.shares * SHARE,
    filled: 0,
    limitPrice: plan.type === 'limit' ? price : null,
    stopPrice: plan.type === 'stop' ? price : null,
    protectionPrice:
      plan.type === 'stop' ? (plan.side === 'buy' ? price + 500 : price - 500) : null,
    postOnly: false,
    selfTradePrevention: 'expire_maker',
  };
}

test('a market read from its rows is the one that was stored, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 25 }), async (steps) => {
      const player = await Player.start();
      for (const step of steps) await player.play(step);
      const stored = player.session.market;
      await player.restart();
      const read = player.session.market;
      expect(read.book.restingOrders()).toEqual(stored.book.restingOrders());
      expect(read.book.state()).toEqual(stored.book.state());
      expect([...read.owners.keys()].sort()).toEqual([...stored.owners.keys()].sort());
      expect(read.halts.reasons()).toEqual(stored.halts.reasons());
      expect({ ...read, book: 0, source: 0, owners: 0, halts: 0 }).toEqual({
        ...stored,
        book: 0,
        source: 0,
        owners: 0,
        halts: 0,
      });
    }),
    { numRuns: 12 },
  );
});

test('a market that restarts at every step reports what one that never stops does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 20 }), async (steps) => {
      const [steady, restarted] = [await Player.start(), await Player.start()];
      const seen: [unknown[], unknown[]] = [[], []];
      for (const step of steps) {
        seen[0].push(comparable(await steady.play(step)));
        seen[1].push(comparable(await restarted.play(step)));
        await restarted.restart();
      }
      expect(seen[1]).toEqual(seen[0]);
    }),
    { numRuns: 8 },
  );
});

/** Without ids, which differ between two markets, and the book's own count of trades. */
function comparable({ reports }: StepWrites): unknown[] {
  return reports.map(({ report, sequence, amount, fee, tickIndex, marketAt }) => {
    const { kind, price, quantity, leaves, liquidity, counterparty, reason } = report;
    const seen = { kind, price, quantity, leaves, liquidity, counterparty, reason };
    return { ...seen, sequence, amount, fee, tickIndex, marketAt };
  });
}
