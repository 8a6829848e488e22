import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import type { PagePlace } from './page-token';

/** What part of a symbol's data is asked for. */
export interface DataWindow {
  /** RFC 3339, inclusive; without: the beginning of the market's present day. */
  readonly start: string | undefined;
  /** RFC 3339, inclusive. */
  readonly end: string | undefined;
  readonly direction: 'asc' | 'desc';
}

/** One item with its position among those of its symbol. */
export interface Positioned<Item> {
  readonly position: readonly string[];
  readonly item: Item;
}

/**
 * Reads items of one symbol in the window's direction.
 *
 * @param after - Position of the item before the first that is wanted; `null` at the beginning.
 * @returns `null` if the position is none of this kind.
 */
export type DataReader<Item> = (
  db: Kysely<Database>,
  symbol: string,
  window: DataWindow,
  after: readonly string[] | null,
  limit: number,
) => Promise<readonly Positioned<Item>[] | null>;

export interface Page<Item> {
  /** Symbols without an item are absent. */
  readonly items: Record<string, Item[]>;
  /** Of the last item, if there is another one behind it. */
  readonly next: PagePlace | null;
}

/**
 * One page over several symbols: by symbol, then by time, `limit` items together.
 *
 * @param from - Where the page before ended.
 * @returns `null` if `from` is no place in this list.
 */
export async function readPage<Item>(
  db: Kysely<Database>,
  reader: DataReader<Item>,
  symbols: readonly string[],
  window: DataWindow,
  limit: number,
  from: PagePlace | null,
): Promise<Page<Item> | null> {
  const sorted = [...symbols].sort();
  const first = from === null ? 0 : sorted.indexOf(from.symbol);
  if (first < 0) return null;
  const items: Record<string, Item[]> = {};
  let left = limit;
  let last = from;
  for (const symbol of sorted.slice(first)) {
    const after = from?.symbol === symbol ? from.position : null;
    const found = await reader(db, symbol, window, after, left + 1);
    if (found === null) return null;
    const taken = found.slice(0, left);
    const end = taken.at(-1);
    if (end !== undefined) {
      items[symbol] = taken.map(({ item }) => item);
      last = { symbol, position: end.position };
      left -= taken.length;
    }
    if (found.length > taken.length) return { items, next: last };
  }
  return { items, next: null };
}
