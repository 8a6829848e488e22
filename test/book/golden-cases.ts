import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Beside the checkout more cases may be known than the copies kept here. */
const FOLDERS = [
  path.join(__dirname, '../../../shared/golden'),
  path.join(__dirname, '../golden'),
] as const;
const GOLDEN = FOLDERS.find((folder) => existsSync(folder)) ?? FOLDERS[1];

/** Reads one golden file: a JSON object a line, each with its `id`. */
export function readGolden<Case extends { readonly id: string }>(name: string): Case[] {
  const text = readFileSync(path.join(GOLDEN, `${name}.jsonl`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
}

/**
 * The lines of a file that no test was written for, to be said aloud as todos: nothing is skipped
 * in silence.
 *
 * @throws Error if a line that tests were written for is gone.
 */
export function unknownLines(
  cases: readonly { readonly id: string; readonly src?: string }[],
  known: readonly string[],
): string[] {
  for (const id of known) caseOf(cases, id);
  return cases.filter(({ id }) => !known.includes(id)).map(({ id, src = '' }) => `${id} ${src}`);
}

/** Finds the case with this id; a test that names a case which is gone must fail. */
export function caseOf<Case extends { readonly id: string }>(cases: readonly Case[], id: string) {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no golden case ${id}`);
  return found;
}
