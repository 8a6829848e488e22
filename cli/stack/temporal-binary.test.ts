import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findInstalledTemporal } from './temporal-binary';

const originalPath = process.env['PATH'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'everfill-temporal-'));
});
afterEach(() => {
  process.env['PATH'] = originalPath;
  rmSync(folder, { recursive: true });
});

/** A program that says it is this version. */
function writeProgram(file: string, says: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
}

const CURRENT = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';
const OLD = 'temporal version 0.10.0 (Server 1.22.0, UI 2.16.2)';

test.each([
  { onPath: CURRENT, cached: CURRENT, source: 'PATH', problems: [] },
  { onPath: undefined, cached: CURRENT, source: 'cache', problems: [] },
  { onPath: OLD, cached: CURRENT, source: 'cache', problems: ['is too old'] },
  { onPath: 'a movie player', cached: undefined, source: undefined, problems: ['is too old'] },
  { onPath: OLD, cached: OLD, source: undefined, problems: ['is too old', 'is too old'] },
  { onPath: undefined, cached: undefined, source: undefined, problems: [] },
])('PATH says $onPath, the cache $cached: $source is used', async (row) => {
  const cache = path.join(folder, 'cache');
  process.env['PATH'] = path.join(folder, 'bin');
  if (row.onPath) writeProgram(path.join(folder, 'bin', 'temporal'), row.onPath);
  if (row.cached) writeProgram(path.join(cache, 'temporal-1.9.1', 'temporal'), row.cached);
  const { found, problems } = await findInstalledTemporal(cache);
  expect(found?.source).toBe(row.source);
  expect(problems).toHaveLength(row.problems.length);
  row.problems.forEach((problem, index) => {
    expect(problems[index]).toContain(problem);
  });
});
