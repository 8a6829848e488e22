import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { formatProblem } from '../broken-requests';
import type { Dependencies } from '../dependencies';
import type { KeyRing } from '../key-ring';
import type { ProblemCode } from '../problems';
import { readCodecName } from './codec';
import { type Connection, openConnection, type SocketKind } from './connection';
import { serveMarketDataSocket } from './market-data-socket';
import { readHandshakeCredentials } from './socket-credentials';
import { readSince, serveTradingSocket } from './trading-socket';

/** Turns upgrades of HTTP requests into sockets. */
export interface SocketServer {
  /** For the `upgrade` event of an HTTP server. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends every socket with a reason, and resolves when all are gone. */
  close(): Promise<void>;
}

export function createSocketServer(dependencies: Dependencies, keys: KeyRing): SocketServer {
  const { limits, metrics, drain } = dependencies;
  const open = new Set<Connection>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.socketMessageBytes,
    // Compression costs memory per socket and time per message; frames here are small.
    perMessageDeflate: false,
  });

  server.on('wsClientError', (_, socket) => refuse(socket, 'malformed_request'));

  const start = (connection: Connection, request: IncomingMessage, place: Place): void => {
    const credentials = readHandshakeCredentials(request);
    if (place.kind === 'market_data') {
      serveMarketDataSocket({ ...dependencies, keys }, connection, credentials);
      return;
    }
    const since = readSince(place.query.get('since')) ?? null;
    serveTradingSocket({ ...dependencies, keys }, connection, { credentials, since });
  };

  return {
    upgrade(request, socket, head) {
      const place = findPlace(request.url ?? '/');
      const refusal = refusalOf(place, open.size >= limits.sockets || drain.isDraining());
      if (place === null || refusal !== null) {
        refuse(socket, refusal ?? 'route_not_found');
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) => {
        const codec = readCodecName(request, place.query);
        const connection = openConnection(accepted, { kind: place.kind, codec, limits, metrics });
        open.add(connection);
        connection.onClose(() => open.delete(connection));
        start(connection, request, place);
      });
    },
    async close() {
      const gone = [...open].map(
        (connection) => new Promise<void>((resolve) => connection.onClose(resolve)),
      );
      for (const connection of open) connection.drop('shutdown');
      await Promise.all(gone);
    },
  };
}

interface Place {
  readonly kind: SocketKind;
  readonly query: URLSearchParams;
}

const BASE = 'http://localhost';
/** The second for clients whose base address ends in /v2. */
const TRADING_PATHS: readonly string[] = ['/stream', '/v2/stream'];

/** Alpaca's feeds; here all of them are the markets we have. */
const MARKET_DATA_PATHS: readonly string[] = [
  '/v2/iex',
  '/v2/sip',
  '/v2/delayed_sip',
  '/v2/boats',
  '/v2/overnight',
  '/v2/otc',
  '/v2/test',
];

function findPlace(url: string): Place | null {
  // An absolute base makes a path such as `//x` a host; such a place is nowhere of ours.
  if (!URL.canParse(url, BASE)) return null;
  const { pathname, searchParams: query } = new URL(url, BASE);
  if (TRADING_PATHS.includes(pathname)) return { kind: 'trading', query };
  if (MARKET_DATA_PATHS.includes(pathname)) return { kind: 'market_data', query };
  return null;
}

function refusalOf(place: Place | null, isFull: boolean): ProblemCode | null {
  if (place === null) return 'route_not_found';
  return isFull ? 'service_unavailable' : null;
}

function refuse(socket: Duplex, code: ProblemCode): void {
  // The client may be gone already.
  socket.on('error', () => undefined);
  socket.end(formatProblem(code));
}
