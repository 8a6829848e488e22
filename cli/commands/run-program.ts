import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/**
 * Runs a program of another folder of `dist/` at this terminal and waits for its end.
 *
 * @param script - Relative to `dist/`.
 * @returns Its exit code.
 */
export async function runProgram(script: string, args: readonly string[]): Promise<number> {
  const file = path.resolve(__dirname, '..', '..', script);
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal; it tidies up, and we wait for that.
  const wait = (): void => undefined;
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', wait);
  process.on('SIGTERM', pass);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    process.off('SIGINT', wait);
    process.off('SIGTERM', pass);
  }
}
