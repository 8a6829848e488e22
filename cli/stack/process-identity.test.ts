import { spawnSync } from 'node:child_process';
import { identifyProcess, isRunning, parseProcessIdentity } from './process-identity';

test('a running process is itself', () => {
  const self = identifyProcess(process.pid);
  expect(self?.pid).toBe(process.pid);
  expect(self && isRunning(self)).toBe(true);
});

test('a process that ended is nobody', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(identifyProcess(pid)).toBeUndefined();
});

test('another process that got the same pid is not it', () => {
  expect(isRunning({ pid: process.pid, startedAt: 'another time' })).toBe(false);
});

test.each([
  { text: '{"pid":12,"startedAt":"a"}', expected: { pid: 12, startedAt: 'a' } },
  { text: '{"pid":12}', expected: undefined },
  { text: '{"pid":-12,"startedAt":"a"}', expected: undefined },
  { text: '{"pid":"12","startedAt":"a"}', expected: undefined },
  { text: 'null', expected: undefined },
])('$text names $expected', ({ text, expected }) => {
  expect(parseProcessIdentity(JSON.parse(text))).toEqual(expected);
});
