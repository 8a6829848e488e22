/**
 * A step of the compatibility suite: one request and what its answer must be. Steps stand in files
 * of one JSON object a line, so that a runner in any language can follow them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export interface Step {
  /** Unique in its file; a sentence. */
  readonly step: string;
  /** `GET /v2/orders/{order_id}`: a line of the table of endpoints. */
  readonly request: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  readonly status: number;
  /** What the body must contain: see README.md. */
  readonly expect?: Json;
  /** The table of `shapes.json` whose every field the body has. */
  readonly shape?: string;
  /** Asked again until the expectations come true. */
  readonly repeat?: true;
  /** Values of the body for later steps: name to path, `0.id`. */
  readonly save?: Readonly<Record<string, string>>;
  /** `admin`: with the key that may steer a feed. */
  readonly by?: 'admin';
  /** Ours and not Alpaca's: its clients cannot say it. */
  readonly extension?: true;
}

export interface StepFile {
  readonly name: string;
  readonly steps: readonly Step[];
}

const CASES = path.join(__dirname, 'cases');

/** Every file of `cases/`, by name; the number before a name is its turn. */
export function readStepFiles(): StepFile[] {
  const files = readdirSync(CASES).filter((name) => name.endsWith('.jsonl'));
  return files.sort().map((name) => ({ name, steps: readJsonLines<Step>(path.join(CASES, name)) }));
}

export function readJsonLines<Line>(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Line);
}
