import { parse } from 'lossless-json';
import { NumberLexeme } from './number-lexeme';

/** A JSON value with every number as it was written. */
export type JsonValue =
  string | boolean | null | NumberLexeme | JsonValue[] | { [name: string]: JsonValue };

/** Deeper than any body of ours; a parser's stack is not a resource a client may use up. */
const MAXIMUM_DEPTH = 20;

/**
 * Reads JSON text without putting a number through a float.
 *
 * @throws SyntaxError if the text is no JSON, repeats a name with another value, nests deeper than
 *   20 levels, or holds a character that Postgres cannot store (U+0000).
 */
export function parseJson(text: string): JsonValue {
  refuseDepth(text);
  const value = parse(text, null, (lexeme) => new NumberLexeme(lexeme)) as JsonValue;
  refuseNull(value, '');
  return value;
}

/** Brackets inside strings count too: that only refuses a little more than it must. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === 0x5b || character === 0x7b) depth += 1;
    if (character === 0x5d || character === 0x7d) depth -= 1;
    if (depth > MAXIMUM_DEPTH) throw new SyntaxError(`nested deeper than ${MAXIMUM_DEPTH} levels`);
  }
}

function refuseNull(value: JsonValue, path: string): void {
  if (typeof value === 'string' && value.includes('\0')) {
    throw new SyntaxError(`${path === '' ? 'the text' : path} holds the character U+0000`);
  }
  if (value === null || typeof value !== 'object' || value instanceof NumberLexeme) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('\0')) throw new SyntaxError('a field name holds the character U+0000');
    refuseNull(inner, path === '' ? name : `${path}.${name}`);
  }
}
