/** The feed that a user's own price file becomes. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { FeedChoice } from '../../schema/seed';
import { findRepositoryRoot } from './everfill-home';

const SYMBOL = /^[A-Z][A-Z0-9.]{0,9}$/;
const DEFAULT_SPEED = 1;
const HIGHEST_SPEED = 10_000;

export interface ReplayOptions {
  readonly replay?: string | undefined;
  readonly symbol?: string | undefined;
  readonly speed?: string | undefined;
}

/**
 * Checks what the user asked for.
 *
 * @returns At most one feed; none when no file was named.
 * @throws Error saying which option is wrong.
 */
export function parseReplayFeed(options: ReplayOptions): FeedChoice[] {
  const { replay, symbol, speed } = options;
  if (replay === undefined) {
    const given = symbol !== undefined ? '--symbol' : speed !== undefined ? '--speed' : undefined;
    if (given) throw new Error(`${given} belongs to --replay FILE, which is missing`);
    return [];
  }
  if (symbol === undefined || !SYMBOL.test(symbol)) {
    throw new Error('--replay needs --symbol: 1 to 10 of A-Z, 0-9 and dot, a letter first');
  }
  const barsPerSecond = speed === undefined ? DEFAULT_SPEED : Number(speed);
  if (!(barsPerSecond > 0 && barsPerSecond <= HIGHEST_SPEED)) {
    throw new Error(`--speed is bars per second, above 0 and at most ${HIGHEST_SPEED}`);
  }
  const file = path.resolve(replay);
  checkBars(file);
  const source = { kind: 'replay', file, bars_per_second: barsPerSecond, from: null } as const;
  return [{ symbol, name: `${symbol} (replayed from ${path.basename(file)})`, source }];
}

const CHECKER = path.join(findRepositoryRoot(), 'dist', 'workers', 'check-bars-file.js');

/** @throws Error naming the line of the file that is wrong, and why. */
function checkBars(file: string): void {
  const { status, stderr } = spawnSync(process.execPath, [CHECKER, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`--replay: ${file}: ${stderr.trim()}`);
}
