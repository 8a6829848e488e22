/** Films the real demo: runs it as a reader would and draws what it wrote, when it wrote it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRecording, type TimedLine } from './recording-svg';

const WAIT_AT_START_MS = 500;

async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('usage: node dist/chaos/record.js FILE.svg');
  const child = spawn(process.execPath, [join(__dirname, 'demo.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' },
  });
  const startedAt = performance.now();
  const lines: TimedLine[] = [{ atMs: WAIT_AT_START_MS, text: '$ make demo' }];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    const atMs = performance.now() - startedAt + 2 * WAIT_AT_START_MS;
    for (const line of whole) lines.push({ atMs, text: line });
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error('the demo failed: nothing is recorded');
  writeFileSync(file, renderRecording(lines));
  process.stdout.write(`\nrecorded: ${file}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
