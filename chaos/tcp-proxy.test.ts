import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { NO_TROUBLE, startTcpProxy, type TcpProxy } from './tcp-proxy';

let echo: Server;
let proxy: TcpProxy;
let client: Socket;

beforeEach(async () => {
  echo = createServer((socket) => socket.pipe(socket).on('error', () => undefined));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port: targetPort } = echo.address() as AddressInfo;
  proxy = await startTcpProxy({ port: 0, targetPort, watchCommits: false, random: () => 0.5 });
  client = connect(proxy.port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(client, 'connect');
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

/** `once` would take the error that comes before it for its own. */
const closed = (): Promise<void> => new Promise((resolve) => client.on('close', () => resolve()));

async function exchange(text: string): Promise<string> {
  client.write(text);
  const [answer] = (await once(client, 'data')) as [Buffer];
  return answer.toString();
}

test('without trouble everything passes', async () => {
  expect(await exchange('hello')).toBe('hello');
  expect(proxy.connections()).toBe(1);
});

test('latency is added each way', async () => {
  proxy.make({ ...NO_TROUBLE, latencyMs: 40 });
  const before = performance.now();
  expect(await exchange('hello')).toBe('hello');
  expect(performance.now() - before).toBeGreaterThanOrEqual(79);
});

test('a reset breaks the connection', async () => {
  proxy.make({ ...NO_TROUBLE, resets: 0.6 });
  client.write('hello');
  await closed();
  expect(client.destroyed).toBe(true);
});

test('after a blackhole the connections it swallowed from are closed', async () => {
  proxy.make({ ...NO_TROUBLE, blackhole: true });
  const over = closed();
  client.write('hello');
  proxy.make(NO_TROUBLE);
  await over;
  expect(client.bytesRead).toBe(0);
});
