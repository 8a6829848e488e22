/** Where a page ended: the symbol, and the position of its last item there. */
export interface PagePlace {
  readonly symbol: string;
  /** Texts that a reader of one kind of data understands. */
  readonly position: readonly string[];
}

export function formatPageToken({ symbol, position }: PagePlace): string {
  return Buffer.from(JSON.stringify([symbol, ...position])).toString('base64url');
}

/** @returns `null` for a text that is no token of ours. */
export function parsePageToken(token: string): PagePlace | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return null;
    const [symbol, ...position] = parts;
    return symbol === undefined ? null : { symbol, position };
  } catch {
    return null;
  }
}
