/** The fields that a client's own types declare, as tables: `shapes.json`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { textOf } from './expectation';
import type { Json, JsonObject } from './step';

/**
 * Field to kind. A kind is a word below, `a|b|c` for one of these texts, `[Shape]` for a list,
 * `{Shape}` for a value per symbol, a shape's own name; `?` behind it: or null, `maybe` before it:
 * not on a first day. `never: why`: a declared field that nobody gets here.
 */
type Shape = Readonly<Record<string, string>>;

export const SHAPES = JSON.parse(
  readFileSync(path.join(__dirname, 'shapes.json'), 'utf8'),
) as Readonly<Record<string, Shape>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown) => isText(value) && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);

const KINDS: Readonly<Record<string, (value: Json) => boolean>> = {
  text: isText,
  uuid: (value) => isText(value) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  decimal: (value) => isText(value) && /^-?\d+(\.\d+)?$/.test(value),
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  time: isTime,
  // A client makes an instant of it.
  day: (value) => (isText(value) && /^\d{4}-\d\d-\d\d$/.test(value)) || isTime(value),
  object: (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
  texts: (value) => Array.isArray(value) && value.every(isText),
  numbers: (value) => Array.isArray(value) && value.every((one) => typeof one === 'number'),
};

/** @param strict - Of the wire: a null field is there. A client may leave it out. */
export function findMissing(
  value: Json | undefined,
  name: string,
  strict: boolean,
  place = name,
): string[] {
  const shape = SHAPES[name];
  if (shape === undefined) throw new Error(`shapes.json has no ${name}`);
  if (value === null || typeof value !== 'object') return [`${place}: no object`];
  return Object.entries(shape).flatMap(([field, kind]) => {
    const one = (value as JsonObject)[field];
    if (kind.startsWith('never') || (kind.startsWith('maybe ') && one === undefined)) return [];
    const where = `${place}.${field}`;
    const nullable = kind.endsWith('?');
    if (nullable && (one === null || (one === undefined && !strict))) return [];
    return findWrong(one, kind.replace(/^maybe |\?$/g, ''), strict, where);
  });
}

function findWrong(
  value: Json | undefined,
  kind: string,
  strict: boolean,
  place: string,
): string[] {
  if (value === undefined) return [`${place}: is not there`];
  const [, list] = /^\[(\w+)\]$/.exec(kind) ?? [];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${place}: no list`];
    return value.flatMap((one: Json, at) => findMissing(one, list, strict, `${place}.${at}`));
  }
  const [, map] = /^\{(\[?\w+\]?)\}$/.exec(kind) ?? [];
  if (map !== undefined) {
    if (value === null || typeof value !== 'object') return [`${place}: no object`];
    return Object.entries(value).flatMap(([key, one]) =>
      findWrong(one, map, strict, `${place}.${key}`),
    );
  }
  if (kind in SHAPES) return findMissing(value, kind, strict, place);
  const isKind = KINDS[kind];
  const right = isKind === undefined ? kind.split('|').includes(textOf(value)) : isKind(value);
  return right ? [] : [`${place}: ${JSON.stringify(value)} is no ${kind}`];
}
