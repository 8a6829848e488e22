/** Between the names of the wire and those of a TypeScript client. */

/** `take_profit` to `takeProfit`, all the way down. */
export function toClientNames(value: unknown): unknown {
  return rename(value, (name) =>
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** Names that the wire writes so. */
const AS_THEY_ARE = new Set([
  'latestTrade',
  'latestQuote',
  'minuteBar',
  'dailyBar',
  'prevDailyBar',
]);

/**
 * And back; what the client has made an instant becomes text again. Wire names that the client
 * passes on beside its own are left out: they would hide what it has not understood.
 */
export function toWireNames(value: unknown): unknown {
  const text = JSON.stringify(value ?? null);
  return rename(JSON.parse(text), (name) => {
    if (AS_THEY_ARE.has(name)) return name;
    if (/[a-z]_[a-z]/.test(name)) return null;
    const plain = name.replace(/^_/, '');
    return plain.replace(/[a-z][A-Z]/g, ([low, high]) => `${low}_${high?.toLowerCase()}`);
  });
}

function rename(value: unknown, to: (name: string) => string | null): unknown {
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((one) => rename(one, to));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const renamed = one === undefined ? null : to(name);
      return renamed === null ? [] : [[renamed, rename(one, to)]];
    }),
  );
}
