import type { Kysely } from 'kysely';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { ApiLimits } from '../limits';
import { DAY, findBars, MINUTE } from '../queries/bars';
import { findMarketPlaces, findStepsBehind, type ShownStepRow } from '../queries/market-data';
import { barsFrame, type MarketFrame, quoteFrame, statusFrame, tradesFrame } from './messages';
import { type Channel, EVERY_SYMBOL } from './subscriptions';

/** One reader, as the hub knows it. */
export interface MarketMember {
  readonly keyId: string;
  /** Names it follows on any channel; `*` for all. */
  readonly symbols: () => ReadonlySet<string>;
  readonly wants: (channel: Channel, symbol: string) => boolean;
  readonly push: (frame: MarketFrame) => void;
}

/**
 * Reads what markets have stored, once for all readers of the process, and hands it on. Nothing is
 * read of a market that nobody follows.
 */
export interface MarketHub {
  /** A market may have something new; `null`: any market. */
  wake(symbol: string | null): void;
  join(member: MarketMember): () => void;
  /** How many readers a key has. */
  count(keyId: string): number;
  /** Resolves when everything that these markets store from now on will be handed on. */
  follow(symbols: readonly string[]): Promise<void>;
}

export interface MarketHubOptions {
  readonly db: Kysely<Database>;
  readonly logger: Logger;
  readonly limits: Pick<ApiLimits, 'eventPollMs' | 'marketStepsPerRead'>;
}

const MINUTE_MS = 60_000;

/** How far a market was handed on. */
interface Place {
  sequence: number;
  /** Start of the minute of its last step, ms. */
  minute: number;
  halted: boolean;
}

export function createMarketHub(options: MarketHubOptions): MarketHub {
  return new Hub(options);
}

class Hub implements MarketHub {
  private readonly options: MarketHubOptions;
  private readonly members = new Set<MarketMember>();
  private readonly places = new Map<string, Place>();
  private readonly dirty = new Set<string>();
  private timer: NodeJS.Timeout | null = null;
  private reading = false;

  constructor(options: MarketHubOptions) {
    this.options = options;
  }

  wake(symbol: string | null): void {
    for (const each of symbol === null ? this.places.keys() : [symbol]) {
      if (this.places.has(each)) this.dirty.add(each);
    }
    if (!this.reading && this.dirty.size > 0) void this.read();
  }

  join(member: MarketMember): () => void {
    this.members.add(member);
    // Should a notification be lost.
    this.timer ??= setInterval(() => this.poll(), this.options.limits.eventPollMs).unref();
    return () => {
      this.members.delete(member);
      this.forgetUnfollowed();
      if (this.members.size > 0 || this.timer === null) return;
      clearInterval(this.timer);
      this.timer = null;
    };
  }

  count(keyId: string): number {
    let open = 0;
    for (const member of this.members) if (member.keyId === keyId) open += 1;
    return open;
  }

  async follow(symbols: readonly string[]): Promise<void> {
    const wanted = symbols.includes(EVERY_SYMBOL)
      ? null
      : symbols.filter((symbol) => !this.places.has(symbol));
    if (wanted?.length === 0) return;
    for (const row of await findMarketPlaces(this.options.db, wanted)) {
      if (this.places.has(row.symbol)) continue;
      this.places.set(row.symbol, {
        sequence: Number(row.sequence),
        minute: minuteOf(Number(row.at_ms)),
        halted: row.halted,
      });
    }
  }

  private poll(): void {
    this.forgetUnfollowed();
    this.wake(null);
    if (!this.followed().has(EVERY_SYMBOL)) return;
    // A market that was opened since belongs to every symbol as well.
    this.follow([EVERY_SYMBOL]).catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'new markets could not be looked for');
    });
  }

  private followed(): Set<string> {
    return new Set([...this.members].flatMap((member) => [...member.symbols()]));
  }

  /** A market that nobody follows any more begins anew for the next who does. */
  private forgetUnfollowed(): void {
    const followed = this.followed();
    if (followed.has(EVERY_SYMBOL)) return;
    for (const symbol of this.places.keys()) {
      if (!followed.has(symbol)) this.places.delete(symbol);
    }
  }

  private async read(): Promise<void> {
    this.reading = true;
    try {
      while (this.dirty.size > 0) await this.readOnce();
    } catch (error) {
      // What was not read stays behind its place; the next poll comes back to it.
      this.options.logger.warn({ err: error }, 'market data could not be read');
    } finally {
      this.reading = false;
    }
  }

  private async readOnce(): Promise<void> {
    const { db, limits } = this.options;
    const seen = new Map<string, number>();
    for (const symbol of this.dirty) {
      const place = this.places.get(symbol);
      if (place !== undefined) seen.set(symbol, place.sequence);
    }
    this.dirty.clear();
    if (seen.size === 0) return;
    const rows = await findStepsBehind(db, seen, limits.marketStepsPerRead);
    const counts = new Map<string, number>();
    for (const row of rows) {
      const place = this.places.get(row.symbol);
      if (place === undefined) continue;
      await this.handOn(row, place);
      const count = (counts.get(row.symbol) ?? 0) + 1;
      counts.set(row.symbol, count);
      if (count === limits.marketStepsPerRead) this.dirty.add(row.symbol);
    }
  }

  private async handOn(row: ShownStepRow, place: Place): Promise<void> {
    place.sequence = Number(row.sequence);
    const minute = minuteOf(Number(row.at_ms));
    if (minute > place.minute) {
      await this.handOnBars(row.symbol, place.minute, minute);
      place.minute = minute;
    }
    if (row.trade_ms.length > 0) this.push(tradesFrame(row));
    if (row.bid_price !== null || row.ask_price !== null) this.push(quoteFrame(row));
    if (row.halted !== place.halted) {
      place.halted = row.halted;
      this.push(statusFrame(row));
    }
  }

  /** A minute is over when a step of a later one is seen. */
  private async handOnBars(symbol: string, from: number, until: number): Promise<void> {
    const wants = (channel: Channel) =>
      [...this.members].some((member) => member.wants(channel, symbol));
    const { db, limits } = this.options;
    const range = (startMs: number) => ({
      start: new Date(startMs).toISOString(),
      end: new Date(until).toISOString(),
    });
    if (wants('bars')) {
      const limit = limits.marketStepsPerRead;
      const filter = { symbol, width: MINUTE, limit, direction: 'asc', ...range(from) } as const;
      const bars = await findBars(db, filter);
      if (bars.length > 0) this.push(barsFrame('bars', symbol, bars));
    }
    if (wants('dailyBars')) {
      const { end } = range(from);
      const bars = await findBars(db, { symbol, width: DAY, limit: 1, direction: 'desc', end });
      if (bars.length > 0) this.push(barsFrame('dailyBars', symbol, bars));
    }
  }

  private push(frame: MarketFrame): void {
    for (const member of this.members) {
      if (member.wants(frame.channel, frame.symbol)) member.push(frame);
    }
  }
}

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
