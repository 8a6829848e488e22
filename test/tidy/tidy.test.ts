import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readSourceFiles, REPOSITORY, type SourceFile } from './source-files';
import { findGlobals, findLongFunctions } from './syntax';

const FILES = readSourceFiles();
const TYPESCRIPT = FILES.filter(({ name }) => name.endsWith('.ts'));
const SCRIPTS = FILES.filter(({ name }) => /\.[cm]?[jt]s$/.test(name));
// This folder has to spell what it looks for.
const PROSE_AND_CODE = FILES.filter(({ name }) => !/^test\/tidy\/|^package-lock/.test(name));

function shippedIn(folders: readonly string[]): SourceFile[] {
  return TYPESCRIPT.filter(
    ({ name }) => folders.includes(name.slice(0, name.indexOf('/'))) && !name.endsWith('.test.ts'),
  );
}

function linesWhere(files: readonly SourceFile[], isBad: (line: string) => boolean): string[] {
  return files.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, index) => (isBad(line) ? [`${name}:${index + 1}`] : [])),
  );
}

test('the source is where this test looks for it', () => {
  expect(shippedIn(['domain']).length).toBeGreaterThan(0);
  expect(shippedIn(['workflows']).length).toBeGreaterThan(0);
});

test.each([
  { folders: ['domain', 'workflows'], globals: ['process', 'setInterval', 'console'] },
  { folders: ['domain'], globals: ['Date', 'Math.random'] },
])('$folders do without globals $globals', ({ folders, globals }) => {
  expect(shippedIn(folders).flatMap((file) => findGlobals(file, globals))).toEqual([]);
});

test('no line is longer than 100 columns', () => {
  // Prettier keeps a title on one line; it is a sentence, not code.
  const isTitle = (line: string) => /^\s*(?:test|describe)\(/.test(line);
  expect(linesWhere(SCRIPTS, (line) => line.length > 100 && !isTitle(line))).toEqual([]);
});

test('no function is longer than 70 lines', () => {
  expect(TYPESCRIPT.flatMap((file) => findLongFunctions(file, 70))).toEqual([]);
});

test('no file is longer than 400 lines', () => {
  const tooLong = SCRIPTS.filter(({ text }) => text.split('\n').length > 400);
  expect(tooLong.map(({ name }) => name)).toEqual([]);
});

test('nothing is put off in a comment', () => {
  expect(linesWhere(PROSE_AND_CODE, (line) => /\b(?:TODO|FIXME|XXX)\b/.test(line))).toEqual([]);
});

test('no path of one machine is in the source', () => {
  const isBad = (line: string) => /(?<![\w.])\/(?:work|root|home\/\w+)\//.test(line);
  expect(linesWhere(PROSE_AND_CODE, isBad)).toEqual([]);
});

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('the lock file', () => {
  const text = readFileSync(path.join(REPOSITORY, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };
  const entries = Object.entries(packages);

  test('names no registry', () => {
    expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  test('has a version for every package', () => {
    expect(entries.filter(([, entry]) => entry.version === undefined)).toEqual([]);
  });

  // Else `npm ci` refuses the file; `npm run gen:lock` adds what is missing.
  test('has the packages of every platform', () => {
    const missing = entries.flatMap(([folder, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`${folder}/node_modules/${name}` in packages || `node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});
