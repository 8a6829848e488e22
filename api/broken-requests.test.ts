import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { answerBrokenRequests } from './broken-requests';
import { ProblemResource } from './resources/problem';

let server: Server;
beforeAll(async () => {
  server = createServer({ connectionsCheckingInterval: 20, requestTimeout: 100 }, (_, answer) => {
    answer.end('fine');
  });
  answerBrokenRequests(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends text as it is and reads until the server closes. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.setEncoding('utf8').write(text);
    socket.on('data', (chunk: string) => (received += chunk));
    socket.once('close', () => resolve(received)).once('error', reject);
  });
}

test.each([
  { name: 'no HTTP', text: 'HELLO\r\n\r\n', status: 400, code: 'malformed_request' },
  {
    name: 'too many headers',
    text: `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
  {
    name: 'a body that does not come',
    text: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n',
    status: 408,
    code: 'request_timeout',
  },
])('$name is $status', async ({ text, status, code }) => {
  const [head = '', body = ''] = (await exchange(text)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('application/problem+json');
  expect(ProblemResource.parse(JSON.parse(body))).toMatchObject({ status, code });
});
