import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

/**
 * Speaks the market-data protocol of Alpaca as its documents describe it, for a client to be tested
 * against where the real service is out of reach: welcome, auth, subscribe, data, errors. The real
 * one would also send corrections, statuses and other symbols' control frames, and knows limits
 * per plan; here a test says what is sent and when.
 */
export interface MarketDataServer {
  readonly url: string;
  /** What clients sent, oldest first, over all connections. */
  readonly received: Record<string, unknown>[];
  /** Connections made so far. */
  connections(): number;
  /** Sends messages of symbols to the clients that have subscribed to any of them. */
  send(...messages: readonly Record<string, unknown>[]): void;
  /** Sends a text as it is to every client. */
  sendRaw(text: string): void;
  /** Cuts every connection without a word. */
  cut(): void;
  /** From now on clients with other keys are refused, as with `null` all are. */
  accept(keyId: string | null): void;
  /** From now on welcomes and answers stay out, as from a peer that hangs. */
  fallSilent(): void;
  close(): Promise<void>;
}

export async function startMarketDataServer(keyId: string): Promise<MarketDataServer> {
  const http: Server = createServer();
  const server = new WebSocketServer({ server: http });
  const subscribed = new Map<WebSocket, Set<string>>();
  const received: Record<string, unknown>[] = [];
  let accepted: string | null = keyId;
  let silent = false;
  let connections = 0;

  const answer = (socket: WebSocket, message: Record<string, unknown>): object[] => {
    const symbols = subscribed.get(socket);
    if (message['action'] === 'auth') {
      if (message['key'] !== accepted) return [{ T: 'error', code: 402, msg: 'auth failed' }];
      subscribed.set(socket, new Set());
      return [{ T: 'success', msg: 'authenticated' }];
    }
    if (symbols === undefined) return [{ T: 'error', code: 401, msg: 'not authenticated' }];
    for (const symbol of message['quotes'] as string[]) {
      if (message['action'] === 'subscribe') symbols.add(symbol);
      else symbols.delete(symbol);
    }
    return [{ T: 'subscription', trades: [...symbols], quotes: [...symbols], bars: [] }];
  };
  server.on('connection', (socket) => {
    connections += 1;
    if (silent) socket.pause();
    else socket.send(JSON.stringify([{ T: 'success', msg: 'connected' }]));
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as Record<string, unknown>;
      received.push(message);
      socket.send(JSON.stringify(answer(socket, message)));
    });
    socket.on('close', () => subscribed.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/v2/iex`,
    received,
    connections: () => connections,
    send(...messages) {
      for (const [socket, symbols] of subscribed) {
        const wanted = messages.filter(({ S }) => symbols.has(S as string));
        if (wanted.length > 0) socket.send(JSON.stringify(wanted));
      }
    },
    sendRaw(text) {
      for (const socket of server.clients) socket.send(text);
    },
    cut() {
      for (const socket of server.clients) socket.terminate();
    },
    accept(other) {
      accepted = other;
    },
    fallSilent() {
      silent = true;
      for (const socket of server.clients) socket.pause();
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
