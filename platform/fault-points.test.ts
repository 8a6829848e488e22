import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  armedFile,
  DRILL_TOKEN,
  NO_FAULT,
  openFaultPoints,
  withAnswerFaultPoint,
  withFaultPoints,
} from './fault-points';

let home: string;
let token: string;
let drill: NodeJS.ProcessEnv;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'everfill-fault-points-'));
  token = path.join(home, 'token');
  writeFileSync(token, DRILL_TOKEN);
  const DATABASE_URL = 'postgresql://everfill:secret@127.0.0.1:5432/everfill';
  drill = { EVERFILL_DRILL: token, EVERFILL_HOME: home, DATABASE_URL };
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

test.each([{}, { EVERFILL_DRILL: '' }])('outside a drill there are none: %j', (environment) => {
  expect(openFaultPoints(environment)).toBe(NO_FAULT);
});

test('off, they cost nothing: steps and handlers are the very same objects', () => {
  const steps = { acceptOrder: () => Promise.resolve() };
  const handler = (): void => undefined;
  expect(withFaultPoints(NO_FAULT, steps)).toBe(steps);
  expect(withAnswerFaultPoint(NO_FAULT, handler)).toBe(handler);
});

test.each([
  { name: 'no such file', change: { EVERFILL_DRILL: '/nowhere/token' }, says: 'there is no' },
  { name: 'no home', change: { EVERFILL_HOME: '' }, says: 'EVERFILL_HOME is not set' },
  { name: 'another home', change: { EVERFILL_HOME: '/usr' }, says: 'not in EVERFILL_HOME' },
  {
    name: 'a database elsewhere',
    change: { DATABASE_URL: 'postgresql://db.example.com/everfill' },
    says: 'the database is not local',
  },
  { name: 'no database', change: { DATABASE_URL: undefined }, says: 'the database is not local' },
])('with $name the process refuses to start', ({ change, says }) => {
  expect(() => openFaultPoints({ ...drill, ...change })).toThrow(says);
});

test('a file that only happens to be there is no token', () => {
  writeFileSync(token, 'hello');
  expect(() => openFaultPoints(drill)).toThrow('not a drill token');
});

test('a place that is not armed is passed', async () => {
  const steps = { acceptOrder: (input: number) => Promise.resolve(input + 1) };
  const wrapped = withFaultPoints(openFaultPoints(drill), steps);
  expect(wrapped).not.toBe(steps);
  await expect(wrapped.acceptOrder(1)).resolves.toBe(2);
});

test('an armed place lets its passes through and then ends the process, once', async () => {
  const armed = armedFile(token, 'acceptOrder.done');
  writeFileSync(armed, '1');
  const wrapped = withFaultPoints(openFaultPoints(drill), { acceptOrder: () => Promise.resolve() });
  await wrapped.acceptOrder();
  expect(readFileSync(armed, 'utf8')).toBe('0');

  const module = path.join(__dirname, 'fault-points.ts');
  const open = `require(${JSON.stringify(module)}).openFaultPoints(process.env)`;
  const program = `${open}('acceptOrder.done')`;
  const run = () =>
    execFileSync(process.execPath, ['--require', require.resolve('tsx/cjs'), '-e', program], {
      env: { ...process.env, ...drill },
      stdio: 'pipe',
    });
  expect(run).toThrow(expect.objectContaining({ signal: 'SIGKILL' }) as Error);
  expect(existsSync(armed)).toBe(false);
  run();
});
