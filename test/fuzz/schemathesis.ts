/** Schemathesis, a property-based fuzzer of OpenAPI documents; a Python program of its own. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** Another version generates other requests: change it on purpose. */
const VERSION = '4.32.5';
const REPOSITORY = path.resolve(__dirname, '..', '..');
/** Kept, so that only the first run of a machine installs it. */
const FOLDER = path.join(REPOSITORY, '.everfill', `schemathesis-${VERSION}`);
const PROGRAM = path.join(FOLDER, 'bin', 'schemathesis');

const run = promisify(execFile);

/** Installs it from PyPI into a folder of its own. */
export async function installSchemathesis(): Promise<void> {
  if (existsSync(PROGRAM)) return;
  mkdirSync(path.dirname(FOLDER), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', FOLDER]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(path.join(FOLDER, 'bin', 'python'), [...pip, `schemathesis==${VERSION}`]);
  } catch (error) {
    // Half an installation would be taken for a whole one by the next run.
    rmSync(FOLDER, { recursive: true, force: true });
    throw error;
  }
}

export interface FuzzOptions {
  /** Of this machine: `http://127.0.0.1:8080`. */
  readonly api: string;
  readonly keyId: string;
  readonly secret: string;
  readonly seed: number;
  /** Requests an operation, beside those of the document's examples and edges. */
  readonly examples: number;
  readonly seconds: number;
}

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];

/** @returns The program's own report; `ok` if it has found nothing. */
export async function fuzz(options: FuzzOptions): Promise<{ ok: boolean; report: string }> {
  const args = [
    'run',
    `${options.api}/openapi.json`,
    ...['--no-color', '--no-shrink', '--continue-on-failure', '--warnings', 'off'],
    ...['--header', `APCA-API-KEY-ID: ${options.keyId}`],
    ...['--header', `APCA-API-SECRET-KEY: ${options.secret}`],
    ...['--phases', 'examples,coverage,fuzzing'],
    ...['--checks', CHECKS.join(',')],
    // Streams of events have no end.
    ...['--exclude-path', '/events', '--exclude-path', '/v2/events/trades'],
    ...['--max-examples', String(options.examples), '--seed', String(options.seed)],
    ...['--request-timeout', '20', '--suppress-health-check', 'all'],
    ...['--generation-database', 'none'],
  ];
  try {
    const limits = { timeout: options.seconds * 1_000, maxBuffer: 64 << 20, cwd: FOLDER };
    const { stdout } = await run(PROGRAM, args, limits);
    return { ok: true, report: stdout };
  } catch (error) {
    const { stdout = '', stderr = '', killed } = error as Partial<Record<string, string>>;
    const why = killed ? `stopped after ${options.seconds} s\n` : '';
    return { ok: false, report: `${why}${shorten(stdout)}${shorten(stderr)}` };
  }
}

/** It prints requests whole, and some are very long. */
function shorten(report: string): string {
  const lines = report.split('\n').slice(-400);
  return lines.map((line) => (line.length > 500 ? `${line.slice(0, 500)} …` : line)).join('\n');
}
