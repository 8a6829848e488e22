import { MAX_BOOK_QUANTITY, type Quote } from '../../domain/book/types';
import type { Bar } from '../../domain/prices/bar';
import { barCorners } from '../../domain/prices/bar-path';
import type { ReplayState } from './cursor-state';
import type { Move, PriceSource, Tick } from './price-source';

export interface ReplayStart {
  /** Names the bars: a state of another file is not continued. */
  readonly file: string;
  /** At least one, by time. */
  readonly bars: readonly Bar[];
  readonly barsPerSecond: number;
  /** ms; the first bar at or after it is played first. */
  readonly fromMs: number | null;
  readonly state: ReplayState | null;
  readonly lastIndex: number;
}

/** The steps of a bar: 0 its open, 1 to 3 its other corners, 4 its end. */
const LAST_LEG = 4;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A bar of a day is traded from 14:30 to 21:00 UTC, as in New York in winter. */
const SESSION_START_MS = 14.5 * 3_600_000;
const SESSION_MS = 6.5 * 3_600_000;
/** A market that was held up longer than this does not hurry to catch up. */
const MAXIMUM_LAG_MS = 1_000;
/** How often a quote is renewed while prices stand still. */
const PAUSED_TICK_MS = 250;

/**
 * Plays bars from a file, each as long as any other. Past the last one it begins again at the
 * first, with market dates moved on by whole weeks, so that the market's clock never runs back.
 * While nobody plays them, bars wait: a restart continues at the next step.
 */
export function createReplaySource(start: ReplayStart): PriceSource {
  const { bars, file } = start;
  const calendar = createReplayCalendar(bars);
  const legMs = 1_000 / start.barsPerSecond / LAST_LEG;
  const known = start.state?.file === file && start.state.bar < bars.length ? start.state : null;
  let { cycle, bar, leg } = known ?? { cycle: 0, bar: firstBar(bars, start.fromMs), leg: 0 };
  let index = start.lastIndex;
  /** Null until first asked: reading the file took time that the market did not have. */
  let dueAt: number | null = null;
  let paused = false;

  const current = (): Bar => bars[bar] as Bar;
  const tick = (move: Move): Tick => {
    index += 1;
    return { index, marketAt: calendar.at(current(), leg, cycle), move };
  };
  const playLeg = (): Tick[] => {
    const ticks = [tick(moveOf(current(), leg))];
    if (leg < LAST_LEG) {
      leg += 1;
      return ticks;
    }
    if (calendar.endsDay(bar)) ticks.push(tick({ kind: 'session_close' }));
    leg = 0;
    bar += 1;
    if (bar === bars.length) {
      bar = 0;
      cycle += 1;
    }
    return ticks;
  };
  const standStill = (): Tick => {
    const at = { index: index + 1, marketAt: calendar.at(current(), leg, cycle) };
    index += 1;
    const quote = renewedQuote(bars, bar, leg, index);
    return { ...at, move: { kind: 'quote', quote, opens: false } };
  };

  return {
    takeDue(now, limit) {
      dueAt = dueAt === null || now - dueAt > MAXIMUM_LAG_MS ? now : dueAt;
      const ticks: Tick[] = [];
      while (dueAt <= now && ticks.length < limit) {
        // A bar ends at the moment at which the next one opens.
        const lastsMs = leg === LAST_LEG ? 0 : legMs;
        if (paused) ticks.push(standStill());
        else ticks.push(...playLeg());
        dueAt += paused ? Math.max(legMs, PAUSED_TICK_MS) : lastsMs;
      }
      return ticks;
    },
    nextDueAt: () => dueAt ?? 0,
    setPrice: () => false,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    state: () => ({ kind: 'replay', file, cycle, bar, leg }),
  };
}

function firstBar(bars: readonly Bar[], fromMs: number | null): number {
  if (fromMs === null) return 0;
  return Math.max(
    0,
    bars.findIndex(({ startMs }) => startMs >= fromMs),
  );
}

function moveOf(bar: Bar, leg: number): Move {
  if (leg === 0) return { kind: 'bar_open', bar };
  return leg < LAST_LEG ? { kind: 'bar_corner', bar, corner: leg } : { kind: 'bar_close', bar };
}

/** A new offer at the price reached last; its size differs, or it would be the old one. */
function renewedQuote(bars: readonly Bar[], bar: number, leg: number, index: number): Quote {
  const now = bars[bar] as Bar;
  const price = leg === 0 ? (bars[bar - 1]?.close ?? now.open) : barCorners(now)[leg - 1];
  if (price === undefined) throw new RangeError(`no corner before leg ${leg}`);
  const volume = Math.min(Number(now.volume ?? MAX_BOOK_QUANTITY), MAX_BOOK_QUANTITY);
  const levels = volume > 1 ? [{ price, size: volume - (index % 2) }] : [];
  return { bids: levels, asks: levels, print: price, gap: false };
}

interface ReplayCalendar {
  /** The market's clock at a step of a bar, ms since 1970. */
  at(bar: Bar, leg: number, cycle: number): number;
  /** Whether the bar at this place is the last of its day. */
  endsDay(place: number): boolean;
}

function createReplayCalendar(bars: readonly Bar[]): ReplayCalendar {
  const intervalMs = intervalOf(bars);
  const isDaily = intervalMs >= DAY_MS;
  const length = isDaily ? SESSION_MS : intervalMs;
  const first = bars[0] as Bar;
  const last = bars[bars.length - 1] as Bar;
  const cycleMs = Math.ceil((last.startMs + intervalMs - first.startMs) / WEEK_MS) * WEEK_MS;
  const dayOf = (bar: Bar): number => Math.floor(bar.startMs / DAY_MS);
  return {
    at(bar, leg, cycle) {
      const start = bar.startMs + (isDaily ? SESSION_START_MS : 0) + cycle * cycleMs;
      // The end still belongs to the bar.
      return Math.floor(start + Math.min((length * leg) / LAST_LEG, length - 1));
    },
    endsDay(place) {
      const next = bars[place + 1];
      return next === undefined || dayOf(next) !== dayOf(bars[place] as Bar);
    },
  };
}

/** The shortest time between two bars; a lone bar is a day. */
function intervalOf(bars: readonly Bar[]): number {
  let interval = Infinity;
  bars.forEach((bar, place) => {
    const before = bars[place - 1];
    if (before !== undefined) interval = Math.min(interval, bar.startMs - before.startMs);
  });
  return interval === Infinity ? DAY_MS : interval;
}
