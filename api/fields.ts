import type { z } from 'zod';
import { NumberLexeme } from './json/number-lexeme';
import { ProblemError, type FieldProblem } from './problem-error';
import type { ProblemCode } from './problems';

/** One schema in two tempers; both `null` where a route takes nothing. */
export interface FieldReader<T> {
  readonly strict: z.ZodType<T> | null;
  readonly loose: z.ZodType<T> | null;
}

export type FieldPlace = 'path' | 'query' | 'body' | 'header';

/** The query of a request, without what a prototype brings along. */
export function readFields(query: NodeJS.Dict<string | string[]>): Record<string, unknown> {
  return { ...query };
}

/**
 * Checks one part of a request against its schema.
 *
 * @throws ProblemError 400 that names every wrong field and the rule it breaks.
 */
export function parseFields<T>(
  reader: FieldReader<T>,
  value: unknown,
  strict: boolean,
  place: FieldPlace,
): T {
  // A number is an object here, to keep its digits; the schema would take it for an empty one.
  if (value instanceof NumberLexeme) throw invalidRequest([NO_OBJECT], place);
  const schema = strict ? reader.strict : reader.loose;
  if (schema === null) return refuseAny(value, strict, place) as T;
  const parsed = schema.safeParse(value, { reportInput: true, error: messageOf });
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    parsed.error.issues.flatMap((issue) => describeIssue(issue, place)),
    place,
  );
}

const NO_OBJECT: FieldProblem = {
  field: '',
  rule: 'invalid_type',
  message: 'The body is a JSON object',
};

function refuseAny(value: unknown, strict: boolean, place: FieldPlace): object {
  const names = place === 'query' ? Object.keys(value as object) : [];
  if (strict && names.length > 0) {
    throw invalidRequest(
      names.map((name) => unknownField(name, place)),
      place,
    );
  }
  return {};
}

export function invalidRequest(errors: readonly FieldProblem[], place: FieldPlace): ProblemError {
  const sentences = errors.map(({ field, message }) =>
    field === '' ? `${message}.` : `${field}: ${message}.`,
  );
  const detail = sentences.join(' ') || `The ${place} is not valid.`;
  return new ProblemError(codeOf(errors), detail, { errors });
}

/** One problem has one code: that of the rule all its fields break, or the general one. */
function codeOf(errors: readonly FieldProblem[]): ProblemCode {
  const rules = new Set(errors.map(({ rule }) => rule));
  if (rules.size !== 1) return 'invalid_field';
  if (rules.has('required')) return 'missing_field';
  return rules.has('unknown_field') ? 'unknown_field' : 'invalid_field';
}

function describeIssue(issue: z.core.$ZodIssue, place: FieldPlace): FieldProblem[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    if (issue.input instanceof NumberLexeme) {
      return [{ field: path, rule: 'invalid_type', message: 'expected object, not number' }];
    }
    return issue.keys.map((key) => unknownField(path === '' ? key : `${path}.${key}`, place));
  }
  if (path === '') return [{ ...NO_OBJECT, rule: issue.code }];
  return [{ field: path, rule: ruleOf(issue), message: issue.message }];
}

function unknownField(field: string, place: FieldPlace): FieldProblem {
  const what = place === 'query' ? 'query parameter' : 'field';
  return { field: field.slice(0, 100), rule: 'unknown_field', message: `no such ${what} here` };
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'required';
  const rule: unknown = issue.code === 'custom' ? issue.params?.['rule'] : undefined;
  return typeof rule === 'string' ? rule : issue.code;
}

/** The rule in words; `undefined` leaves a schema's own words. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}, not ${kindOf(issue.input)}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}${issue.origin === 'string' ? ' characters' : ''}`;
    default:
      return undefined;
  }
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'array';
  return input instanceof NumberLexeme ? 'number' : typeof input;
}
