import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const REPOSITORY = path.join(__dirname, '..', '..');
const NOT_OURS = new Set(['.everfill', '.git', 'coverage', 'dist', 'node_modules']);
/** Written by a generator and compared with it by a test of its own. */
const GENERATED = new Set(['sdk/api.d.ts']);
const TEXT = /\.(?:[cm]?[jt]s|json|md|ya?ml|sql|html|css|sh)$|^Makefile$|^run$/;

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly name: string;
  readonly text: string;
}

function namesIn(folder: string): string[] {
  return readdirSync(path.join(REPOSITORY, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : namesIn(name);
    return TEXT.test(entry.name) && !GENERATED.has(name) ? [name] : [];
  });
}

/** @returns Every text file of ours, in the order of their names. */
export function readSourceFiles(): SourceFile[] {
  return namesIn('')
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(REPOSITORY, name), 'utf8') }));
}
