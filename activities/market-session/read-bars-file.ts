import { readFile } from 'node:fs/promises';
import type { Bar } from '../../domain/prices/bar';
import { parseBarsCsv } from '../../domain/prices/bars-csv';

/**
 * Reads the bars that a replay plays.
 *
 * @throws BarsCsvError naming the line that is wrong, or a system error when there is no such file.
 */
export async function readBarsFile(file: string): Promise<Bar[]> {
  return parseBarsCsv(await readFile(file, 'utf8'));
}
