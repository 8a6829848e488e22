/** The feeds of symbols whose prices come from a real market. */
import type { FeedChoice } from '../../schema/seed';

const SYMBOL = /^[A-Z][A-Z0-9.]{0,9}$/;
/** Quotes of a symbol that trades come many times a second; of a quiet one, every few. */
const STALE_AFTER_MS = 30_000;
const KEYS = ['LIVE_PRICES_KEY_ID', 'LIVE_PRICES_SECRET_KEY'] as const;

/**
 * Checks what the user asked for.
 *
 * @param list - Symbols with commas between them; absent: none.
 * @throws Error saying what is wrong with the list, or which key is missing.
 */
export function parseLiveFeeds(
  list: string | undefined,
  environment: NodeJS.ProcessEnv,
): FeedChoice[] {
  if (list === undefined) return [];
  const symbols = [...new Set(list.split(','))];
  const wrong = symbols.find((symbol) => !SYMBOL.test(symbol));
  if (wrong !== undefined) {
    throw new Error(`--live: '${wrong}' is no symbol: 1 to 10 of A-Z, 0-9 and dot, a letter first`);
  }
  const missing = KEYS.filter((name) => (environment[name] ?? '') === '');
  if (missing.length > 0) throw new Error(`--live needs ${missing.join(' and ')}`);
  return symbols.map((symbol) => ({
    symbol,
    name: `${symbol} (live)`,
    source: { kind: 'live', stale_after_ms: STALE_AFTER_MS },
  }));
}
