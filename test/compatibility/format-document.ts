import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { buildDocument } from './document';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const FORMATTER = path.join(REPOSITORY, 'node_modules', 'prettier', 'bin', 'prettier.cjs');

export const DOCUMENT_FILE = path.join(REPOSITORY, 'docs', 'compatibility.md');

/** As `npm run format` leaves it. Its program, because the module is not for Jest. */
export function formatDocument(): string {
  return execFileSync(process.execPath, [FORMATTER, '--stdin-filepath', DOCUMENT_FILE], {
    input: buildDocument(),
    encoding: 'utf8',
  });
}
