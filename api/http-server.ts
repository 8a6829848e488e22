import { createServer, IncomingMessage, type RequestListener, type Server } from 'node:http';
import { LIMITS } from '../platform/limits';
import { answerBrokenRequests } from './broken-requests';
import type { SocketServer } from './sockets/socket-server';

/** The time-outs of connections, which a test may tighten. */
interface ConnectionLimits {
  readonly requestTimeoutMs: number;
  readonly connectionCheckMs: number;
}

/**
 * The server in front of the application: what is no HTTP, comes too slowly or is too long is
 * answered here, and only requests for a socket become one.
 */
export function createHttpServer(
  handler: RequestListener,
  upgrade: SocketServer['upgrade'],
  limits: ConnectionLimits = LIMITS,
): Server {
  const server = createServer(
    {
      IncomingMessage: ApiRequest,
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.requestTimeoutMs,
      // Time-outs are only looked for this often: every 30 s unless told.
      connectionsCheckingInterval: limits.connectionCheckMs,
      keepAliveTimeout: LIMITS.keepAliveMs,
    },
    handler,
  );
  server.maxConnections = LIMITS.connections;
  answerBrokenRequests(server);
  // An expectation we do not know is none: Node's own answer would be a bare 417.
  server.on('checkExpectation', handler);
  server.on('upgrade', upgrade);
  return server;
}

/**
 * With a listener for upgrades Node hands every request over that offers one, also those of clients
 * which offer HTTP/2 on each request and go on without it. Only WebSocket is an upgrade here; all
 * other offers are ignored, as RFC 9110 lets a server do, and the request is answered.
 */
class ApiRequest extends IncomingMessage {
  // No initialiser: Node writes to it while the base class is still being constructed.
  declare private offered: unknown;

  get upgrade(): boolean {
    return this.offered === true && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(offered: unknown) {
    this.offered = offered;
  }
}
