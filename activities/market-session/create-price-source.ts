import { readFile } from 'node:fs/promises';
import { parseBarsCsv } from '../../domain/prices/bars-csv';
import { parseInstant } from '../../domain/prices/instant';
import type { PriceSource as PriceSourceConfig } from '../../schema/database';
import { toBookPrice } from './book-numbers';
import type { SourceStart } from './open-session';
import type { PriceSource } from './price-source';
import { createReplaySource } from './replay-source';
import { createSimulatedSource } from './simulated-source';

/**
 * Opens the source that the symbol's asset names, where the last session left it.
 *
 * @throws BarsCsvError, or a system error, when a file cannot be read.
 */
export async function createPriceSource(start: SourceStart): Promise<PriceSource> {
  const { config } = start;
  return config.kind === 'simulated' ? openSimulated(start, config) : openReplay(start, config);
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
