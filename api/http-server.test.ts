import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createHttpServer } from './http-server';
import { ProblemResource } from './resources/problem';

/** Says what was asked for once the body is there, as the application does. */
const handler: RequestListener = (request, answer) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => answer.end(`${request.method} ${request.url} ${body}`));
  request.on('error', () => undefined);
};
const upgrades: (string | undefined)[] = [];
let server: Server;

beforeAll(async () => {
  const limits = { requestTimeoutMs: 100, connectionCheckMs: 20 };
  server = createHttpServer(
    handler,
    (request, socket) => {
      upgrades.push(request.url);
      socket.end();
    },
    limits,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends text as it is and reads until the server closes. */
function exchange(...lines: string[]): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.setEncoding('utf8').write(lines.join('\r\n'));
    socket.on('data', (chunk: string) => (received += chunk));
    // A server that has answered may reset what still comes.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(received));
  });
}
const HTTP2_OFFER = [
  'Host: x',
  'Connection: Upgrade, HTTP2-Settings, close',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQAAP__',
];

test('a request that offers HTTP/2 is answered as one that does not', async () => {
  const got = await exchange('GET /orders HTTP/1.1', ...HTTP2_OFFER, '', '');
  expect(got).toMatch(/^HTTP\/1.1 200 [^]*GET \/orders/);
  const posted = await exchange(
    'POST /orders HTTP/1.1',
    ...HTTP2_OFFER,
    'Content-Length: 4',
    '',
    'body',
  );
  expect(posted).toMatch(/^HTTP\/1.1 200 [^]*POST \/orders body/);
  expect(upgrades).toEqual([]);
});

test('a request for a WebSocket becomes one', async () => {
  await exchange(
    'GET /stream HTTP/1.1',
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: WebSocket',
    '',
    '',
  );
  expect(upgrades).toEqual(['/stream']);
});

test('an expectation we do not know is none', async () => {
  const lines = ['GET /x HTTP/1.1', 'Host: x', 'Connection: close', 'Expect: the-unexpected'];
  expect(await exchange(...lines, '', '')).toMatch(/^HTTP\/1.1 200 /);
});

test.each([
  {
    name: 'headers that do not end',
    lines: ['GET / HTTP/1.1', 'Host: x', 'X-Slow: '],
    code: 'request_timeout',
  },
  {
    name: 'a body that does not end',
    lines: ['POST / HTTP/1.1', 'Host: x', 'Content-Length: 9', '', 'half'],
    code: 'request_timeout',
  },
  {
    name: 'a chunk without a size',
    lines: ['POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', '', 'ZZ', ''],
    code: 'malformed_request',
  },
  {
    name: 'two lengths',
    lines: ['POST / HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2', '', 'x'],
    code: 'malformed_request',
  },
  {
    name: 'a length beside chunks',
    lines: [
      'POST / HTTP/1.1',
      'Host: x',
      'Content-Length: 1',
      'Transfer-Encoding: chunked',
      '',
      '0',
      '',
    ],
    code: 'malformed_request',
  },
  {
    name: 'headers of 20,000 characters',
    lines: ['GET / HTTP/1.1', 'Host: x', `X-Long: ${'x'.repeat(20_000)}`, '', ''],
    code: 'headers_too_large',
  },
])('$name is answered with $code', async ({ lines, code }) => {
  const [head = '', body = ''] = (await exchange(...lines)).split('\r\n\r\n');
  expect(head).toContain('application/problem+json');
  expect(ProblemResource.parse(JSON.parse(body))).toMatchObject({ code });
});
