/** What one reader of market data follows. */

export const CHANNELS = [
  'trades',
  'quotes',
  'bars',
  'updatedBars',
  'dailyBars',
  'statuses',
  'lulds',
  'imbalances',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Channels of Alpaca's other feeds. */
export const FOREIGN_CHANNELS: readonly string[] = ['news', 'orderbooks'];

/** Stands for every symbol. */
export const EVERY_SYMBOL = '*';

export type SymbolsByChannel = Readonly<Partial<Record<Channel, readonly string[]>>>;

export interface Subscriptions {
  add(symbols: SymbolsByChannel): void;
  remove(symbols: SymbolsByChannel): void;
  /** Names over all channels if these were added too. */
  countWith(symbols: SymbolsByChannel): number;
  has(channel: Channel, symbol: string): boolean;
  /** Each name once, `*` among them if it is subscribed. */
  symbols(): Set<string>;
  /** In the order they were added. */
  list(): Record<Channel, string[]>;
}

export function createSubscriptions(): Subscriptions {
  const byChannel = new Map<Channel, Set<string>>(CHANNELS.map((name) => [name, new Set()]));
  const of = (channel: Channel): Set<string> => byChannel.get(channel) ?? new Set();
  const each = (symbols: SymbolsByChannel, visit: (set: Set<string>, name: string) => void) => {
    for (const channel of CHANNELS) {
      for (const name of symbols[channel] ?? []) visit(of(channel), name);
    }
  };
  return {
    add: (symbols) => each(symbols, (set, name) => set.add(name)),
    remove: (symbols) => each(symbols, (set, name) => set.delete(name)),
    countWith(symbols) {
      return CHANNELS.reduce(
        (count, channel) => count + new Set([...of(channel), ...(symbols[channel] ?? [])]).size,
        0,
      );
    },
    has: (channel, symbol) => of(channel).has(symbol) || of(channel).has(EVERY_SYMBOL),
    symbols: () => new Set([...byChannel.values()].flatMap((set) => [...set])),
    list: () =>
      Object.fromEntries(CHANNELS.map((channel) => [channel, [...of(channel)]])) as Record<
        Channel,
        string[]
      >,
  };
}
