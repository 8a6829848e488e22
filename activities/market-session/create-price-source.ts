import { readFile } from 'node:fs/promises';
import { parseBarsCsv } from '../../domain/prices/bars-csv';
import { parseInstant } from '../../domain/prices/instant';
import type { Logger } from '../../platform/logger';
import type { PriceSource as PriceSourceConfig } from '../../schema/market-tables';
import { toBookPrice } from './book-numbers';
import { createLiveSource } from '../live-prices/live-source';
import type { LiveFeed } from '../live-prices/live-feed';
import type { LiveMetrics } from '../live-prices/live-metrics';
import type { SourceStart } from './open-session';
import type { PriceSource } from './price-source';
import { createReplaySource } from './replay-source';
import { createSimulatedSource } from './simulated-source';

/** What live prices need of their process. */
export interface LivePrices {
  readonly feed: LiveFeed;
  readonly metrics: LiveMetrics;
  readonly logger: Logger;
}

/**
 * Opens the source that the symbol's asset names, where the last session left it.
 *
 * @param live - Null in a process that was given no keys for live prices.
 * @throws BarsCsvError, or a system error, when a file cannot be read; Error when the symbol needs
 *   live prices and there are none.
 */
export async function createPriceSource(
  start: SourceStart,
  live: LivePrices | null = null,
): Promise<PriceSource> {
  const { config } = start;
  switch (config.kind) {
    case 'simulated':
      return openSimulated(start, config);
    case 'replay':
      return openReplay(start, config);
    case 'live':
      return openLive(start, config, live);
  }
}

type Config<Kind> = Extract<PriceSourceConfig, { kind: Kind }>;

const CENT = 100;
const ONE_DOLLAR = 10_000;

function openSimulated(start: SourceStart, config: Config<'simulated'>): PriceSource {
  const basePrice = toBookPrice(config.base_price);
  return createSimulatedSource({
    walk: {
      seed: config.seed,
      symbol: start.symbol,
      basePrice,
      volatilityPpm: config.volatility * 100,
      step: basePrice >= ONE_DOLLAR ? CENT : 1,
    },
    tickMs: config.tick_ms,
    state: start.state?.kind === 'simulated' ? start.state : null,
    lastIndex: start.lastIndex,
    marketAt: start.marketAt,
    now: start.now,
    calendar: start.calendar,
    closed: start.closed,
  });
}

async function openReplay(start: SourceStart, config: Config<'replay'>): Promise<PriceSource> {
  const { file, from } = config;
  return createReplaySource({
    file,
    bars: parseBarsCsv(await readFile(file, 'utf8')),
    barsPerSecond: config.bars_per_second,
    fromMs: from === null ? null : parseInstant(from),
    state: start.state?.kind === 'replay' ? start.state : null,
    lastIndex: start.lastIndex,
  });
}

function openLive(
  { symbol, lastIndex, marketAt, calendar, closed }: SourceStart,
  config: Config<'live'>,
  live: LivePrices | null,
): PriceSource {
  if (live === null) throw new Error(`${symbol}: no keys for live prices`);
  return createLiveSource({
    ...live,
    symbol,
    staleAfterMs: config.stale_after_ms,
    lastIndex,
    marketAt,
    calendar,
    closed,
    monotonicMs: () => performance.now(),
  });
}
