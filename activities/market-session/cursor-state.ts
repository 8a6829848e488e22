import type {
  BookState,
  Quote,
  QuoteLevel,
  QuoteLevelState,
  QuoteState,
  TrailState,
} from '../../domain/book/types';
import type { BreakerState, Extreme } from '../../domain/prices/circuit-breaker';
import { HALT_REASONS, type HaltReason } from './halts';

/** Where a price source stands; the next one continues behind it. */
export type SourceState = SimulatedState | ReplayState | LiveState;

export interface SimulatedState {
  readonly kind: 'simulated';
  /** Added to every price of the walk (1e-4). */
  readonly offset: number;
  /** The price that the next tick shows; null: it just walks on. */
  readonly pinned: number | null;
}

export interface ReplayState {
  readonly kind: 'replay';
  readonly file: string;
  /** How often the file was played to its end. */
  readonly cycle: number;
  readonly bar: number;
  /** The next step of that bar. */
  readonly leg: number;
}

/** What comes next is the stream's to say. */
export interface LiveState {
  readonly kind: 'live';
}

/** What `feed_cursors.state` keeps: all that is neither a column nor a resting order. */
export interface CursorState {
  readonly book: BookState;
  /** Null before the first session. */
  readonly source: SourceState | null;
  /** What is left of the current bar's volume (1e-9 shares). */
  readonly volumeLeft: number;
  /** Absent while the circuit breaker has nothing to remember. */
  readonly breaker?: BreakerState;
  /** Absent in rows from before there was more than one reason. */
  readonly halts?: readonly HaltReason[];
  /** The orders of all reports up to this sequence were told; absent: of every report. */
  readonly told?: number;
}

export function formatCursorState(state: CursorState): string {
  return JSON.stringify(state);
}

/**
 * Reads what `formatCursorState` wrote.
 *
 * @param json - The parsed `jsonb`.
 * @returns `null` for the empty object of a cursor that no session has written yet.
 * @throws RangeError naming the field that is not as written: a bug or a foreign hand.
 */
export function parseCursorState(json: unknown): CursorState | null {
  const state = objectAt(json, 'state');
  if (Object.keys(state).length === 0) return null;
  return {
    book: parseBook(objectAt(state['book'], 'book')),
    source: state['source'] === null ? null : parseSource(objectAt(state['source'], 'source')),
    volumeLeft: integerAt(state['volumeLeft'], 'volumeLeft'),
    ...(state['breaker'] !== undefined && { breaker: parseBreaker(state['breaker']) }),
    ...(state['halts'] !== undefined && { halts: arrayAt(state['halts']).map(parseHaltReason) }),
    ...(state['told'] !== undefined && { told: integerAt(state['told'], 'told') }),
  };
}

function parseHaltReason(json: unknown): HaltReason {
  const reason = HALT_REASONS.find((known) => known === json);
  if (reason === undefined) throw new RangeError(`halts: reason ${String(json)}`);
  return reason;
}

type Fields = Readonly<Record<string, unknown>>;

function parseBreaker(json: unknown): BreakerState {
  const breaker = objectAt(json, 'breaker');
  const extreme = (pair: unknown): Extreme => {
    const [atMs, price] = arrayAt(pair);
    return [integerAt(atMs, 'extreme'), integerAt(price, 'extreme')];
  };
  return {
    haltedUntil: optional(breaker['haltedUntil'], 'haltedUntil', integerAt),
    lows: arrayAt(breaker['lows']).map(extreme),
    highs: arrayAt(breaker['highs']).map(extreme),
  };
}

function parseBook(book: Fields): BookState {
  return {
    quote: parseQuoteState(objectAt(book['quote'], 'quote')),
    heldQuote: book['heldQuote'] === null ? null : parseQuote(objectAt(book['heldQuote'], 'held')),
    lastPrint: optional(book['lastPrint'], 'lastPrint', integerAt),
    halted: booleanAt(book['halted'], 'halted'),
    closed: booleanAt(book['closed'], 'closed'),
    nextPriority: integerAt(book['nextPriority'], 'nextPriority'),
    ...(book['trails'] !== undefined && {
      trails: parseTrails(objectAt(book['trails'], 'trails')),
    }),
  };
}

function parseTrails(trails: Fields): NonNullable<BookState['trails']> {
  const group = (json: unknown): TrailState => {
    const fields = objectAt(json, 'trail');
    return {
      since: integerAt(fields['since'], 'since'),
      extreme: integerAt(fields['extreme'], 'extreme'),
    };
  };
  return { buy: arrayAt(trails['buy']).map(group), sell: arrayAt(trails['sell']).map(group) };
}

function parseQuoteState(quote: Fields): QuoteState {
  const level = (json: unknown): QuoteLevelState => {
    const fields = objectAt(json, 'level');
    return {
      ...parseLevel(json),
      quoted: integerAt(fields['quoted'], 'quoted'),
      priority: integerAt(fields['priority'], 'priority'),
    };
  };
  return { bids: arrayAt(quote['bids']).map(level), asks: arrayAt(quote['asks']).map(level) };
}

function parseQuote(quote: Fields): Quote {
  return {
    bids: arrayAt(quote['bids']).map(parseLevel),
    asks: arrayAt(quote['asks']).map(parseLevel),
    print: optional(quote['print'], 'print', integerAt),
    gap: booleanAt(quote['gap'], 'gap'),
  };
}

function parseLevel(json: unknown): QuoteLevel {
  const level = objectAt(json, 'level');
  return { price: integerAt(level['price'], 'price'), size: integerAt(level['size'], 'size') };
}

function parseSource(source: Fields): SourceState {
  if (source['kind'] === 'simulated') {
    return {
      kind: 'simulated',
      offset: integerAt(source['offset'], 'offset'),
      pinned: optional(source['pinned'], 'pinned', integerAt),
    };
  }
  if (source['kind'] === 'live') return { kind: 'live' };
  if (source['kind'] !== 'replay') throw new RangeError(`source: kind ${String(source['kind'])}`);
  const { file } = source;
  if (typeof file !== 'string') throw new RangeError('file: no text');
  return {
    kind: 'replay',
    file,
    cycle: integerAt(source['cycle'], 'cycle'),
    bar: integerAt(source['bar'], 'bar'),
    leg: integerAt(source['leg'], 'leg'),
  };
}

function optional<Value>(
  json: unknown,
  name: string,
  read: (json: unknown, name: string) => Value,
): Value | null {
  return json === null ? null : read(json, name);
}

function objectAt(json: unknown, name: string): Fields {
  if (typeof json !== 'object' || json === null) throw new RangeError(`${name}: no object`);
  return json as Fields;
}

function arrayAt(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new RangeError('levels: no array');
  return json;
}

function integerAt(json: unknown, name: string): number {
  if (!Number.isSafeInteger(json)) throw new RangeError(`${name}: no integer`);
  return json as number;
}

function booleanAt(json: unknown, name: string): boolean {
  if (typeof json !== 'boolean') throw new RangeError(`${name}: neither true nor false`);
  return json;
}
