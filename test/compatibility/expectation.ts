/** What a body must contain, in the small language of `cases/README.md`. */
import type { Json, JsonObject } from './step';

const DECIMAL = /^-?\d+(\.\d+)?$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Words for a value that a table cannot know. */
const WORDS: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  '<any>': (value) => value !== undefined && value !== null,
  '<nothing>': (value) => value === undefined || value === null,
  '<text>': (value) => typeof value === 'string' && value !== '',
  '<number>': (value) => typeof value === 'number',
  '<decimal>': (value) => typeof value === 'string' && DECIMAL.test(value),
  '<positive>': (value) =>
    typeof value === 'number'
      ? value > 0
      : typeof value === 'string' && DECIMAL.test(value) && Number(value) > 0,
  '<uuid>': (value) => typeof value === 'string' && UUID.test(value),
  '<time>': (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

/** Words for a list as a whole. */
const LIST_WORDS: Readonly<
  Record<string, (list: readonly Json[], wanted: Json, place: string) => string[]>
> = {
  $length: (list, wanted, place) =>
    list.length === wanted ? [] : [`${place}: has ${list.length} members, not ${print(wanted)}`],
  $some: (list, wanted, place) =>
    list.some((member) => findMismatches(member, wanted, place).length === 0)
      ? []
      : [`${place}: no member is like ${JSON.stringify(wanted)}`],
  $every: (list, wanted, place) =>
    list.flatMap((member, index) => findMismatches(member, wanted, `${place}.${index}`)),
};

/** @returns What differs, by place; empty if nothing does. Fields not asked for may be there. */
export function findMismatches(
  value: Json | undefined,
  wanted: Json,
  place = 'body',
): readonly string[] {
  if (typeof wanted === 'string' && wanted in WORDS) {
    return WORDS[wanted]?.(value) === true ? [] : [`${place}: ${print(value)} is no ${wanted}`];
  }
  // A client leaves out what is null.
  if (wanted === null) return value == null ? [] : [`${place}: ${print(value)} is not null`];
  if (Array.isArray(wanted)) return findListMismatches(value, wanted, place);
  if (typeof wanted !== 'object') {
    return value === wanted ? [] : [`${place}: ${print(value)} is not ${print(wanted)}`];
  }
  return findObjectMismatches(value, wanted as JsonObject, place);
}

function findListMismatches(value: Json | undefined, wanted: readonly Json[], place: string) {
  if (!Array.isArray(value)) return [`${place}: ${print(value)} is no list`];
  if (value.length !== wanted.length) {
    return [`${place}: has ${value.length} members, not ${wanted.length}: ${print(value)}`];
  }
  return wanted.flatMap((one, index) =>
    findMismatches(value[index] as Json, one, `${place}.${index}`),
  );
}

function findObjectMismatches(value: Json | undefined, wanted: JsonObject, place: string) {
  return Object.entries(wanted).flatMap(([name, one]) => {
    const check = LIST_WORDS[name];
    if (check !== undefined) {
      return Array.isArray(value)
        ? check(value, one, place)
        : [`${place}: ${print(value)}: a list?`];
    }
    if (value === null || typeof value !== 'object')
      return [`${place}: ${print(value)}: an object?`];
    return findMismatches((value as JsonObject)[name], one, `${place}.${name}`);
  });
}

/** For the reader of a failed test. */
const print = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 300);

/** As it stands in a table. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : print(value);

/** Puts saved values in the place of `${name}`, wherever it stands in a text. */
export function substitute<Value>(value: Value, saved: ReadonlyMap<string, string>): Value {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const found = saved.get(name);
      if (found === undefined) throw new Error(`no step before has saved ${name}`);
      return found;
    }) as Value;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => substitute(one, saved)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      substitute(name, saved),
      substitute(one as unknown, saved),
    ]),
  ) as Value;
}

/** The value at `0.id`. */
export function valueAt(body: Json, route: string): Json | undefined {
  return route
    .split('.')
    .reduce<Json | undefined>(
      (value, name) =>
        value !== null && typeof value === 'object'
          ? (value as unknown as Record<string, Json>)[name]
          : undefined,
      body,
    );
}
