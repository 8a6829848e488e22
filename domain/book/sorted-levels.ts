import type { Level } from './level';

/** A full chunk is cut in two, so an insertion moves at most so many elements. */
const CHUNK = 64;

/** Some neighbouring levels. */
interface Chunk {
  /**
   * Their ranks, ascending: what a search compares is side by side here, where reading it from the
   * levels would fetch each of them from memory.
   */
  readonly ranks: number[];
  /** In the same order. */
  readonly levels: Level[];
}

/**
 * Levels from worst to best, in chunks: a search halves the chunks, then one chunk, and an
 * insertion far from the best price does not move all that is better. A level's rank is its price,
 * negated where a lower one is better.
 */
export class SortedLevels {
  /** No chunk is empty. */
  private readonly chunks: Chunk[] = [];
  /** The rank of the worst level of each chunk. */
  private readonly starts: number[] = [];
  /** +1 when a higher price is better, -1 when a lower one is. */
  private readonly sign: 1 | -1;
  /** Where the last search ended: at the best level that is not better than what it looked for. */
  private foundChunk = -1;
  private foundIndex = -1;
  private bestLevel: Level | null = null;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get best(): Level | null {
    return this.bestLevel;
  }

  find(price: number): Level | null {
    const level = this.search(price);
    return level?.price === price ? level : null;
  }

  /** The best level that is worse than `price`. */
  bestBehind(price: number): Level | null {
    return this.search(price - this.sign);
  }

  /** Puts a level where `find` has just looked for its price in vain. */
  insertWhereSought(level: Level): void {
    const rank = level.price * this.sign;
    if (this.bestLevel === null || rank > this.bestLevel.price * this.sign) this.bestLevel = level;
    // A new worst level goes to the front of the first chunk.
    const at = Math.max(0, this.foundChunk);
    const index = this.foundIndex + 1;
    const chunk = this.chunks[at];
    if (chunk === undefined) {
      this.chunks.push({ ranks: [rank], levels: [level] });
      this.starts.push(rank);
      return;
    }
    insertAt(chunk, index, rank, level);
    if (index === 0) this.starts[at] = rank;
    if (chunk.levels.length > CHUNK) this.split(at, chunk);
  }

  /** @param level - Is here. */
  remove(level: Level): void {
    if (this.search(level.price) !== level) throw new Error(`no level at ${level.price}`);
    const { foundChunk: at, foundIndex: index } = this;
    const chunk = this.chunks[at] as Chunk;
    removeAt(chunk, index);
    if (chunk.levels.length === 0) {
      this.chunks.splice(at, 1);
      this.starts.splice(at, 1);
    } else if (index === 0) {
      this.starts[at] = chunk.ranks[0] as number;
    }
    if (level === this.bestLevel) this.bestLevel = this.chunks.at(-1)?.levels.at(-1) ?? null;
  }

  /** The best level that is not better than `price`; null if all are better. */
  private search(price: number): Level | null {
    const rank = price * this.sign;
    const at = countUpTo(this.starts, rank) - 1;
    this.foundChunk = at;
    this.foundIndex = -1;
    if (at < 0) return null;
    const { ranks, levels } = this.chunks[at] as Chunk;
    const index = countUpTo(ranks, rank) - 1;
    this.foundIndex = index;
    return levels[index] as Level;
  }

  private split(at: number, { ranks, levels }: Chunk): void {
    const better = { ranks: ranks.splice(CHUNK / 2), levels: levels.splice(CHUNK / 2) };
    this.chunks.splice(at + 1, 0, better);
    this.starts.splice(at + 1, 0, better.ranks[0] as number);
  }
}

/** How many of these ascending numbers are at most `rank`. */
function countUpTo(ranks: readonly number[], rank: number): number {
  let low = 0;
  let high = ranks.length;
  // Most of what happens, happens near the best price, so the last one is tried first.
  let middle = high - 1;
  while (low < high) {
    if ((ranks[middle] as number) <= rank) low = middle + 1;
    else high = middle;
    middle = (low + high) >>> 1;
  }
  return low;
}

/** Moves by hand, as `splice` makes an array of what it takes out each time. */
function insertAt({ ranks, levels }: Chunk, index: number, rank: number, level: Level): void {
  let free = levels.length;
  ranks.push(rank);
  levels.push(level);
  for (; free > index; free -= 1) {
    ranks[free] = ranks[free - 1] as number;
    levels[free] = levels[free - 1] as Level;
  }
  ranks[index] = rank;
  levels[index] = level;
}

function removeAt({ ranks, levels }: Chunk, index: number): void {
  for (let next = index + 1; next < levels.length; next += 1) {
    ranks[next - 1] = ranks[next] as number;
    levels[next - 1] = levels[next] as Level;
  }
  ranks.pop();
  levels.pop();
}
