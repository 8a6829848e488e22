import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ProblemCode, statusOf, titleOf } from './problems';

/** What Node's parser could not make a request of never reaches the application. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers broken requests in the form of all other refusals, and closes their connection. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    // An answer may be on its way already, or nobody is there any more.
    if (!socket.writable || hasAnswered(socket)) {
      socket.destroy();
      return;
    }
    socket.end(formatProblem(CODES[error.code ?? ''] ?? 'malformed_request'));
  });
}

/** A request whose body breaks off or does not come is with the application, yet unanswered. */
function hasAnswered(socket: Duplex & { _httpMessage?: { headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

/** A whole HTTP answer, for connections that no application serves. */
export function formatProblem(code: ProblemCode): string {
  const status = statusOf(code);
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: `urn:everfill:problem:${code}`,
    title: titleOf(code),
    status,
    detail: `${titleOf(code)}.`,
    instance: '',
    code,
    reason: code,
    request_id: requestId,
    errors: [],
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
