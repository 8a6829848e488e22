import { z } from 'zod';
import { NumberLexeme } from '../json/number-lexeme';

/** Longer than any number the columns hold; what it may be is the rules' to say. */
const MAXIMUM_DIGITS = 64;
const DECIMAL_TEXT = /^[+-]?\d+(\.\d+)?$/;

function textOfNumber(value: unknown): string | null {
  const text = value instanceof NumberLexeme ? value.toDecimal() : value;
  return typeof text === 'string' && text.length <= MAXIMUM_DIGITS && DECIMAL_TEXT.test(text)
    ? text
    : null;
}

/** A decimal as text or as a JSON number; the number is read as it was written, never rounded. */
export const decimal = z
  .custom<unknown>((value) => textOfNumber(value) !== null, {
    params: { rule: 'decimal' },
    error: ({ input }) =>
      input === undefined ? 'is required' : "expected a decimal number such as '10.25'",
  })
  .transform((value) => textOfNumber(value) ?? '')
  .meta({ type: ['string', 'number'], pattern: DECIMAL_TEXT.source, examples: ['10.25'] });

/** Decimal text in an answer. */
export const decimalText = z.string().meta({ pattern: '^-?\\d+(\\.\\d+)?$', examples: ['412.5'] });

/** RFC 3339 in UTC with microseconds, as every answer writes time. */
export const timestampText = z
  .string()
  .meta({ format: 'date-time', examples: ['2026-01-15T14:30:00.123456Z'] });

const CONTROL = /[\p{Cc}\p{Cs}\p{Cn}]/u;

/** No control characters, half characters or unassigned ones. */
export function isPrintable(text: string): boolean {
  return !CONTROL.test(text);
}

/** A caller's own id of an order. */
export const clientOrderId = z
  .string()
  .min(1)
  .max(128)
  .refine(isPrintable, { params: { rule: 'printable' }, error: 'only printable characters' })
  .meta({ examples: ['my-order-1'] });

/** A ticker or the UUID of an asset. */
export const symbol = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[A-Za-z0-9./_-]+$/, { error: 'expected a symbol such as SPY' })
  .meta({ examples: ['SPY'] });

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Wherever a symbol is taken, so is the asset's UUID; this tells them apart. */
export function isAssetId(symbolOrId: string): boolean {
  return UUID.test(symbolOrId);
}

export const uuid = z
  .string()
  .regex(UUID, { error: 'expected a UUID' })
  .meta({ format: 'uuid', examples: ['61e69015-8549-4bfd-b9c3-01e75843f47d'] });

/** `a,b,c` in a query, at most `maximum` symbols, each once. */
export const symbolList = (maximum: number) =>
  z
    .string()
    .max(maximum * 41)
    .transform((text) => [...new Set(text.split(',').filter((part) => part !== ''))])
    .pipe(z.array(symbol).max(maximum))
    .meta({ type: 'string', examples: ['SPY,AAPL'] });

/** `a,b` in a query, or `a` and `b` in two parameters of one name; clients do both. */
export const wordList = (maximum: number) =>
  z
    .union([z.string().max(maximum * 41), z.array(z.string().max(40)).max(maximum)])
    .transform((value) => {
      const words = Array.isArray(value) ? value : value.split(',');
      return [...new Set(words.filter((word) => word !== ''))];
    })
    .pipe(z.array(z.string().regex(/^\w{1,40}$/, { error: 'expected a word' })).max(maximum))
    .meta({ type: 'string', examples: ['us_equity'] });

/** A whole number in a query. */
export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: 'expected a whole number' })
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
    .meta({ type: 'integer', minimum, maximum });

/** Query booleans arrive as `true`, `True`, `1`. */
export const queryBoolean = z
  .string()
  .regex(/^(true|false|1|0)$/i, { error: 'expected true or false' })
  .transform((text) => /^(true|1)$/i.test(text))
  .meta({ type: 'boolean' });

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** A day or an RFC 3339 instant in a query, as UTC text so that its microseconds survive. */
export const instant = z
  .string()
  .transform((text, context) => {
    const utc = toUtcText(text);
    if (utc !== null) return utc;
    context.addIssue({
      code: 'custom',
      params: { rule: 'instant' },
      message: 'expected a day or an RFC 3339 instant such as 2026-01-15T14:30:00Z',
    });
    return z.NEVER;
  })
  .meta({ format: 'date-time', examples: ['2026-01-15T14:30:00Z'] });

function toUtcText(text: string): string | null {
  // A plus sign that was not percent-encoded arrives as a space.
  const match = INSTANT.exec(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (match === null) return null;
  const [, year = '', month = '', day = '', minutes = '00:00', seconds, fraction = '', zone] =
    match;
  // Day 0 of the next month is the last of this one; the parser alone would roll over.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > lastDay) return null;
  const at = `${year}-${month}-${day}T${minutes}${seconds ?? ':00'}${zone?.toUpperCase() ?? 'Z'}`;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return null;
  const utc = date.toISOString();
  // Years before 1 and after 9999 are no RFC 3339, and not all of them Postgres'.
  return /^(?!0000)\d{4}-/.test(utc) ? utc.replace('.000Z', `${fraction.slice(0, 7)}Z`) : null;
}
