import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes the whole file or nothing, so that a reader never meets half of it. */
export function writeJsonFile(file: string, content: unknown, mode = 0o600): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode });
  renameSync(draft, file);
}

/**
 * The parsed content, or undefined when there is no such file.
 *
 * @throws SyntaxError naming the file when it is not JSON.
 */
export function readJsonFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${file} is not JSON: ${(error as Error).message}`);
  }
}
