import { createTestFolder } from '../harness/services';
import { runEverfill } from '../harness/stack';
import { rmSync } from 'node:fs';
import path from 'node:path';

const SPX = path.resolve(__dirname, '../../data/spx-daily.csv');
const home = createTestFolder('home');
afterAll(() => {
  rmSync(home, { recursive: true });
});

test.each([
  {
    args: ['upp'],
    says: "unknown command 'upp'; valid commands: up, down, doctor, demo, chaos, replay",
  },
  { args: ['up', '--dettach'], says: "Unknown option '--dettach'; valid options: --detach, " },
  { args: ['up', 'now'], says: "Unexpected argument 'now'" },
  { args: ['down', '--all'], says: "Unknown option '--all'; it takes no options" },
  { args: ['up', '--speed', '3'], says: '--speed belongs to --replay FILE' },
  { args: ['up', '--replay', '/none.csv', '--symbol', 'ACME'], says: '/none.csv: ENOENT' },
  { args: ['up', '--replay', '/etc/hosts', '--symbol', 'ACME'], says: '/etc/hosts: line 1: ' },
  { args: ['up', '--replay', '/etc/hosts', '--symbol', 'a b'], says: '--replay needs --symbol' },
  {
    args: ['up', '--replay', SPX, '--symbol', 'ACME', '--speed', '0'],
    says: '--speed is bars per second, above 0',
  },
])('$args is refused with exit code 2: $says', async ({ args, says }) => {
  const { code, stderr } = await runEverfill(args, { EVERFILL_HOME: home });
  expect(stderr).toContain(says);
  expect(code).toBe(2);
});

test('down says when nothing runs', async () => {
  const { code, stdout } = await runEverfill(['down'], { EVERFILL_HOME: home });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `nothing runs in ${home}\n` });
});

test('doctor finds everything here and names where the servers come from', async () => {
  const { code, stdout } = await runEverfill(['doctor'], { EVERFILL_HOME: home });
  expect(stdout).toMatch(/^ok +Node\.js/m);
  expect(stdout).toMatch(/^ok +Postgres: embedded/m);
  expect(stdout).toMatch(/^(ok|note) +Temporal: /m);
  expect(code).toBe(0);
});

test('doctor names every way to a Temporal server when there is none', async () => {
  const env = { EVERFILL_HOME: home, PATH: '/nowhere', XDG_CACHE_HOME: home };
  const { code, stdout } = await runEverfill(['doctor'], env);
  expect(stdout).toMatch(/^MISSING +Temporal/m);
  for (const way of ['TEMPORAL_ADDRESS', 'PATH', 'copy of it as', 'Python 3 with pip']) {
    expect(stdout).toContain(way);
  }
  expect(code).toBe(1);
});

test('doctor says when the server of TEMPORAL_ADDRESS does not answer', async () => {
  const env = { EVERFILL_HOME: home, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const { code, stdout } = await runEverfill(['doctor'], env);
  expect(stdout).toContain('TEMPORAL_ADDRESS=127.0.0.1:1');
  expect(stdout).toContain('does not answer');
  expect(code).toBe(1);
});
