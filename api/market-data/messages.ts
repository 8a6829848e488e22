/** What the market-data socket says of a step, as Alpaca's clients read it. */
import type { BarRow } from '../queries/bars';
import type { ShownStepRow } from '../queries/market-data';
import { toStockBar, toStockQuote, toStockTrade } from '../resources/market-data';
import { type CodecName, encodeMessage } from '../sockets/codec';
import type { Channel } from './subscriptions';

/** Messages of one channel about one symbol; each codec writes them once for all readers. */
export interface MarketFrame {
  readonly channel: Channel;
  readonly symbol: string;
  encoded(codec: CodecName): string | Uint8Array;
}

/** Times are `Date`s: the timestamp extension in MessagePack, RFC 3339 in JSON. */
function frameOf(channel: Channel, symbol: string, messages: readonly object[]): MarketFrame {
  const written = new Map<CodecName, string | Uint8Array>();
  return {
    channel,
    symbol,
    encoded(codec) {
      const known = written.get(codec);
      if (known !== undefined) return known;
      const fresh = encodeMessage(codec, messages);
      written.set(codec, fresh);
      return fresh;
    },
  };
}

export function tradesFrame(row: ShownStepRow): MarketFrame {
  const messages = row.trade_ms.map((ms, index) => ({
    T: 't',
    S: row.symbol,
    ...toStockTrade({
      t: '',
      price: row.trade_prices[index] ?? '0',
      quantity: row.trade_quantities[index] ?? '0',
      sequence: row.sequence,
      ordinal: String(index + 1),
    }),
    t: new Date(Number(ms)),
  }));
  return frameOf('trades', row.symbol, messages);
}

export function quoteFrame(row: ShownStepRow): MarketFrame {
  const quote = { ...toStockQuote({ ...row, t: '' }), t: new Date(Number(row.at_ms)) };
  return frameOf('quotes', row.symbol, [{ T: 'q', S: row.symbol, ...quote }]);
}

/** @param rows - At least one. */
export function barsFrame(
  channel: 'bars' | 'dailyBars',
  symbol: string,
  rows: readonly BarRow[],
): MarketFrame {
  const T = channel === 'bars' ? 'b' : 'd';
  const messages = rows.map((row) => ({
    T,
    S: symbol,
    ...toStockBar(row),
    t: new Date(row.start),
  }));
  return frameOf(channel, symbol, messages);
}

/** Codes of the tape that our trades name. */
export function statusFrame({ symbol, halted, at_ms: at }: ShownStepRow): MarketFrame {
  const [sc, sm] = halted ? ['H', 'Trading Halt'] : ['T', 'Trading Resumption'];
  const message = { T: 's', S: symbol, sc, sm, rc: '', rm: '', t: new Date(Number(at)), z: 'C' };
  return frameOf('statuses', symbol, [message]);
}
