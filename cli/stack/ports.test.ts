import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { choosePorts, findFreePort, isPortFree, PORT_NAMES } from './ports';

const listeners: Server[] = [];

afterEach(() => {
  for (const server of listeners.splice(0)) server.close();
});

async function listen(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  listeners.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test.each(['127.0.0.1', '0.0.0.0'])('a port somebody listens on at %s is busy', async (host) => {
  const port = await listen(host);
  expect(await isPortFree(port)).toBe(false);
  expect(await findFreePort(port, new Set())).toBeGreaterThan(port);
});

test('a port already given to another server is passed over', async () => {
  const port = await findFreePort(24_000, new Set());
  expect(await findFreePort(port, new Set([port]))).toBeGreaterThan(port);
});

test('every server gets a port of its own, and what moved is said', async () => {
  const busy = await listen('127.0.0.1');
  const { ports, moved } = await choosePorts({ api: busy, postgres: busy });
  expect(new Set(Object.values(ports)).size).toBe(PORT_NAMES.length);
  expect(moved).toContainEqual({ name: 'api', wanted: busy, port: ports.api });
  expect(moved).toContainEqual({ name: 'postgres', wanted: busy, port: ports.postgres });
});
