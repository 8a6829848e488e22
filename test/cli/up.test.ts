import { createServer } from 'node:net';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Client } from 'pg';
import { identifyProcess } from '../../cli/stack/process-identity';
import { isPortFree } from '../../cli/stack/ports';
import { findTestPorts } from '../harness/free-ports';
import { runEverfill, startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';

const EVERY_PROCESS = [
  'api',
  'feed-worker',
  'order-worker',
  'platform-worker',
  'postgres',
  'temporal',
];

let stacks: TestStack[] = [];

afterEach(async () => {
  await Promise.all(stacks.map((stack) => stack.remove()));
  stacks = [];
});

async function start(options: Parameters<typeof startTestStack>[0] = {}): Promise<TestStack> {
  const stack = await startTestStack(options);
  stacks.push(stack);
  return stack;
}

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

function portsOf(stack: TestStack): number[] {
  const {
    api,
    metrics,
    temporal_address: temporal,
    temporal_ui: ui,
    database_url,
  } = stack.endpoints();
  const urls = [api, `http://${temporal}`, ui ?? '', database_url, ...Object.values(metrics)];
  return urls.map((url) => Number(new URL(url).port));
}

async function expectNothingLeft(pids: number[], ports: number[]): Promise<void> {
  expect(pids.filter((pid) => identifyProcess(pid))).toEqual([]);
  const busy: number[] = [];
  for (const port of ports) if (!(await isPortFree(port))) busy.push(port);
  expect(busy).toEqual([]);
}

test('up names every process, refuses a second up, and leaves nothing behind', async () => {
  const stack = await start();
  const endpoints = stack.endpoints();
  const ports = portsOf(stack);
  expect(Object.keys(endpoints.pids).sort()).toEqual(EVERY_PROCESS);
  expect(endpoints.api_key_id).toMatch(/^PK[A-Z0-9]{18}$/);
  expect(endpoints.api_secret_key.length).toBeGreaterThanOrEqual(40);
  for (const file of [stack.home.endpointsFile, stack.home.keysFile]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  const refused = await runEverfill(['up'], { EVERFILL_HOME: stack.home.folder });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`already running, pid ${stack.supervisorPid()}`);
  await stack.waitReady();
  await stack.stop();
  await expectNothingLeft([...Object.values(endpoints.pids), stack.supervisorPid()], ports);
  expect(() => stack.endpoints()).toThrow('is missing');
});

test('a busy port is replaced for good, and a second up keeps data, keys and ports', async () => {
  const ports = await findTestPorts();
  const squatter = createServer().listen(ports.api, '127.0.0.1');
  await once(squatter, 'listening');
  const stack = await start({ ports });
  squatter.close();
  const port = Number(new URL(stack.endpoints().api).port);
  expect(port).toBeGreaterThan(ports.api);
  expect(stack.output()).toContain(`api ${ports.api} -> ${port}`);

  // The next start keeps to the port that clients have learned, and to everything else.
  const before = stack.endpoints();
  await query(before.database_url, 'create table kept as select 42 as answer');
  await stack.stop();
  const second = await start({ home: stack.home });
  const { pids: _new, ...after } = second.endpoints();
  const { pids: _old, ...expected } = before;
  expect(after).toEqual(expected);
  expect(await query(after.database_url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('every process is started again after kill -9', async () => {
  const stack = await start();
  for (const name of EVERY_PROCESS) {
    const killed = stack.endpoints().pids[name];
    stack.kill(name, 'SIGKILL');
    const restarted = await waitFor(`another ${name}`, () => {
      const pid = stack.endpoints().pids[name];
      return pid !== killed && pid;
    });
    expect(identifyProcess(restarted)).toBeDefined();
    expect(stack.output()).toContain(`${name} was ended by SIGKILL; starting it again in 0.2 s`);
  }
  await stack.waitReady();
});

test('what a killed supervisor left behind is stopped by the next up, and by down', async () => {
  const first = await start();
  const { pids, database_url: url } = first.endpoints();
  await query(url, 'create table kept as select 42 as answer');
  await killSupervisor(first);
  const second = await start({ home: first.home });
  expect(second.output()).toContain('stopped what an earlier run left');
  expect(Object.values(pids).filter((pid) => identifyProcess(pid))).toEqual([]);
  expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);

  const endpoints = second.endpoints();
  const ports = portsOf(second);
  await killSupervisor(second);
  const down = await runEverfill(['down'], { EVERFILL_HOME: second.home.folder });
  expect(down.stdout).toContain('stopped what an earlier run left');
  await expectNothingLeft(Object.values(endpoints.pids), ports);
});

async function killSupervisor(stack: TestStack): Promise<void> {
  process.kill(stack.supervisorPid(), 'SIGKILL');
  await waitFor('the supervisor to end', () => !identifyProcess(stack.supervisorPid()));
}
