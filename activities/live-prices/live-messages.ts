/** What we read of a market-data stream that speaks Alpaca's protocol. */
import { MAX_BOOK_QUANTITY, type Quote } from '../../domain/book/types';
import { toBookPrice } from '../market-session/book-numbers';

/** An offer in the book's integers: prices 1e-4, sizes 1e-9 shares. */
export interface LiveQuote {
  readonly symbol: string;
  readonly bids: Quote['bids'];
  readonly asks: Quote['asks'];
}

export interface LiveTrade {
  readonly symbol: string;
  readonly price: number;
  /** 1e-9 shares. */
  readonly quantity: number;
}

export type LiveMessage =
  | { readonly kind: 'connected' | 'authenticated' | 'subscribed' }
  | { readonly kind: 'error'; readonly code: number; readonly text: string }
  | { readonly kind: 'quote'; readonly quote: LiveQuote }
  | { readonly kind: 'trade'; readonly trade: LiveTrade }
  /** Data that says nothing we can use, as a crossed quote. */
  | { readonly kind: 'unusable' }
  /** Of a type that is none of our business. */
  | { readonly kind: 'other' };

/** @throws Error if the frame is no list of messages. */
export function parseLiveFrame(text: string): LiveMessage[] {
  const messages: unknown = JSON.parse(text);
  if (!Array.isArray(messages)) throw new Error('a frame of market data is a list');
  return messages.map(parseMessage);
}

function parseMessage(message: unknown): LiveMessage {
  const fields = (typeof message === 'object' && message !== null ? message : {}) as Fields;
  switch (fields['T']) {
    case 'success':
      if (fields['msg'] === 'connected') return { kind: 'connected' };
      return fields['msg'] === 'authenticated' ? { kind: 'authenticated' } : { kind: 'other' };
    case 'subscription':
      return { kind: 'subscribed' };
    case 'error': {
      const { code, msg } = fields;
      const text = typeof msg === 'string' ? msg : 'unknown';
      return { kind: 'error', code: typeof code === 'number' ? code : 0, text };
    }
    case 'q':
      return usable(() => ({ kind: 'quote', quote: parseQuote(fields) }));
    case 't':
      return usable(() => ({ kind: 'trade', trade: parseTrade(fields) }));
    default:
      return { kind: 'other' };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function usable(read: () => LiveMessage): LiveMessage {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'unusable' };
    throw error;
  }
}

/** @throws RangeError if the quote is locked or crossed, or a number is none of the book's. */
function parseQuote(fields: Fields): LiveQuote {
  const bids = parseLevel(fields['bp'], fields['bs']);
  const asks = parseLevel(fields['ap'], fields['as']);
  const [bid, ask] = [bids[0], asks[0]];
  if (bid !== undefined && ask !== undefined && bid.price >= ask.price) {
    throw new RangeError('a quote that crosses itself');
  }
  return { symbol: parseSymbol(fields['S']), bids, asks };
}

/** A price or a size of 0 says that nobody offers anything. */
function parseLevel(price: unknown, size: unknown): Quote['bids'] {
  if (price === 0 || size === 0) return [];
  return [{ price: parsePrice(price), size: parseSize(size) }];
}

function parseTrade(fields: Fields): LiveTrade {
  return {
    symbol: parseSymbol(fields['S']),
    price: parsePrice(fields['p']),
    quantity: fields['s'] === 0 ? 0 : parseSize(fields['s']),
  };
}

function parseSymbol(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new RangeError('no symbol');
  return value;
}

/** Finer prices than the book's are rounded; they come from averages, not from offers. */
function parsePrice(value: unknown): number {
  return toBookPrice(parseNumber(value).toFixed(4));
}

const SHARE = 1_000_000_000;

function parseSize(value: unknown): number {
  const size = Math.round(parseNumber(value) * SHARE);
  if (size < 1) throw new RangeError('no size');
  return Math.min(size, MAX_BOOK_QUANTITY);
}

function parseNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new RangeError('no number');
  return value;
}
