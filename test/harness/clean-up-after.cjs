/**
 * Outlives a test run just long enough to clean up after it, however it ended: when the pipe on
 * stdin closes (the run is over, was interrupted or was killed), the processes named on it are
 * ended, then the folders removed.
 *
 * Plain JavaScript, because it is started by `node` itself. Each line on stdin is a JSON object:
 * `{"pid": 123, "signal": "SIGINT"}`, `{"folder": "/tmp/..."}`, or a home of Everfill with the
 * program that stops what runs in it: `{"home": "/tmp/...", "program": "dist/cli/main.js"}`.
 */
'use strict';

const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, rmSync } = require('node:fs');
const { createInterface } = require('node:readline');

const FORCE_AFTER_MS = 10_000;
const POLL_MS = 20;

const processes = [];
const folders = [];
const homes = [];

function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return process.platform !== 'linux';
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Ended by itself.
  }
}

async function end({ pid, signal }) {
  send(pid, signal);
  const forceAtMs = Date.now() + FORCE_AFTER_MS;
  while (isRunning(pid)) {
    if (Date.now() > forceAtMs) send(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function endHome({ home, program }) {
  // The test has removed it, as it should.
  if (!existsSync(home)) return;
  const env = { ...process.env, EVERFILL_HOME: home };
  spawnSync(process.execPath, [program, 'down'], { env, stdio: 'ignore' });
  rmSync(home, { recursive: true, force: true });
}

async function cleanUp() {
  homes.forEach(endHome);
  await Promise.all(processes.map(end));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

// Signals meant for the test run must not end the one who cleans up after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const entry = JSON.parse(line);
    if (entry.home !== undefined) homes.push(entry);
    else if (entry.folder !== undefined) folders.push(entry.folder);
    else processes.push(entry);
  })
  .on('close', () => {
    void cleanUp();
  });
