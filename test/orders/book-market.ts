/** The market of a broker in a test: the real book and the real steps, moved only by the test. */
import { Pool } from 'pg';
import { cursorOf } from '../../activities/market-session/cursor-row';
import { findPendingCommands } from '../../activities/market-session/collect-commands';
import { commitStep, prepareStep } from '../../activities/market-session/commit-step';
import { parseCommand } from '../../activities/market-session/market-command';
import { type OpenedSession, openSession } from '../../activities/market-session/open-session';
import type { Move, Tick } from '../../activities/market-session/price-source';
import { type Quarantined, runStep } from '../../activities/market-session/step';
import type { Quote } from '../../domain/book/types';
import { createManualSource } from '../market-session/market-fixture';
import { type Broker, SYMBOL } from './broker';

const SHARE = 1_000_000_000;
export const COMMANDS_PER_STEP = 1_000;

type Levels = readonly (readonly [price: number, shares: number])[];

/** Prices in USD, sizes in shares. */
export function aMarketQuote(bids: Levels, asks: Levels, print: number | null = null): Quote {
  const levels = (side: Levels) =>
    side.map(([price, shares]) => ({ price: toBook(price), size: shares * SHARE }));
  return {
    bids: levels(bids),
    asks: levels(asks),
    print: print === null ? null : toBook(print),
    gap: false,
  };
}

const toBook = (price: number): number => Math.round(price * 10_000);

export class BookMarket {
  private readonly broker: Broker;
  private readonly pool: Pool;
  private session: OpenedSession;
  private dying = false;

  private constructor(broker: Broker, pool: Pool, session: OpenedSession) {
    this.broker = broker;
    this.pool = pool;
    this.session = session;
  }

  static async open(broker: Broker): Promise<BookMarket> {
    const pool = new Pool({ connectionString: broker.url, max: 2 });
    // A test may break connections; who uses one hears of it by its next statement.
    pool.on('error', () => undefined);
    return new BookMarket(broker, pool, await takeOver(broker));
  }

  /** Another process takes the symbol over: everything is read from rows again. */
  async restart(): Promise<void> {
    this.session = await takeOver(this.broker);
  }

  /** Does a step in memory, loses it, and lets another process go on from the rows. */
  async dieBeforeStoring(step: () => Promise<unknown>): Promise<void> {
    this.dying = true;
    await step();
    this.dying = false;
    await this.restart();
  }

  /** Applies every waiting command; what was set aside is said. */
  async takeCommands(): Promise<readonly Quarantined[]> {
    return this.step([]);
  }

  async quote(...levels: Parameters<typeof aMarketQuote>): Promise<void> {
    await this.move({ kind: 'quote', quote: aMarketQuote(...levels), opens: true });
  }

  async closeSession(): Promise<void> {
    await this.move({ kind: 'session_close' });
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async move(move: Move): Promise<void> {
    const index = this.session.market.tickIndex + 1;
    await this.step([{ index, marketAt: Date.UTC(2020, 2, 16, 14, 30) + index * 1_000, move }]);
  }

  private async step(ticks: readonly Tick[]): Promise<readonly Quarantined[]> {
    const { market, epoch } = this.session;
    const rows = await findPendingCommands(this.broker.db, SYMBOL, [], COMMANDS_PER_STEP);
    const writes = runStep(market, ticks, rows.map(parseCommand));
    if (!this.dying) await commitStep(this.pool, prepareStep(cursorOf(market, epoch), writes));
    return writes.quarantined;
  }
}

function takeOver({ db }: Broker): Promise<OpenedSession> {
  return openSession(db, SYMBOL, (start) => Promise.resolve(createManualSource(start)));
}
