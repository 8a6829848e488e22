import type { Level } from './level';

/** A full chunk is cut in two, so an insertion moves at most so many elements. */
const CHUNK = 128;

/**
 * Levels from worst to best, in chunks: a search halves the chunks, then one chunk, and an
 * insertion far from the best price does not move all that is better.
 */
export class SortedLevels {
  /** No chunk is empty. */
  private readonly chunks: Level[][] = [];
  /** +1 when a higher price is better, -1 when a lower one is. */
  private readonly sign: 1 | -1;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  /** The level just better than a worst one that was just inserted; null if there is none. */
  get secondWorst(): Level | null {
    // A level that just became the worst stands in a chunk with the one it overtook.
    return this.chunks[0]?.[1] ?? null;
  }

  find(price: number): Level | null {
    const level = this.bestNotBetter(price);
    return level?.price === price ? level : null;
  }

  /** The best level that is worse than `price`. */
  bestBehind(price: number): Level | null {
    return this.bestNotBetter(price - this.sign);
  }

  /**
   * @param level - Its price is not here yet.
   * @returns The best level that is worse, which is its neighbour.
   */
  insert(level: Level): Level | null {
    // A new worst level goes to the front of the first chunk.
    const at = Math.max(0, this.chunkOf(level.price));
    const chunk = this.chunks[at];
    if (chunk === undefined) {
      this.chunks.push([level]);
      return null;
    }
    const index = this.countNotBetter(chunk, level.price);
    if (index === chunk.length) chunk.push(level);
    else chunk.splice(index, 0, level);
    const worse = index === 0 ? null : (chunk[index - 1] as Level);
    this.splitIfFull(at, chunk);
    return worse;
  }

  /** @param level - Is here. */
  remove(level: Level): void {
    const at = this.chunkOf(level.price);
    const chunk = this.chunks[at];
    if (chunk === undefined) throw new Error(`there is no level at ${level.price}`);
    if (chunk[chunk.length - 1] === level) chunk.pop();
    else chunk.splice(this.countNotBetter(chunk, level.price) - 1, 1);
    if (chunk.length === 0) this.chunks.splice(at, 1);
  }

  private bestNotBetter(price: number): Level | null {
    const at = this.chunkOf(price);
    if (at < 0) return null;
    const chunk = this.chunks[at] as Level[];
    return chunk[this.countNotBetter(chunk, price) - 1] as Level;
  }

  private splitIfFull(at: number, chunk: Level[]): void {
    if (chunk.length > CHUNK) this.chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** The last chunk whose first level is not better than `price`; -1 if all are better. */
  private chunkOf(price: number): number {
    const { chunks, sign } = this;
    const key = price * sign;
    let low = 0;
    let high = chunks.length;
    // Most of what happens, happens near the best price: the last chunk is tried first.
    let middle = high - 1;
    while (low < high) {
      const first = (chunks[middle] as Level[])[0] as Level;
      if (first.price * sign <= key) low = middle + 1;
      else high = middle;
      middle = (low + high) >>> 1;
    }
    return low - 1;
  }

  /** How many levels of a chunk are worse than `price` or at it. */
  private countNotBetter(chunk: readonly Level[], price: number): number {
    const key = price * this.sign;
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((chunk[middle] as Level).price * this.sign <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
