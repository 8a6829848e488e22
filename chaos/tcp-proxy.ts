/** A way to a server that can be slow, break, swallow everything, or be cut at a commit. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createCommitWatch } from './postgres-wire';

export interface Trouble {
  /** Added to every piece of data, each way. */
  readonly latencyMs: number;
  /** Probability that a piece of data breaks its connection instead of arriving. */
  readonly resets: number;
  /** Nothing arrives, and nothing is closed. */
  readonly blackhole: boolean;
}

export const NO_TROUBLE: Trouble = { latencyMs: 0, resets: 0, blackhole: false };

export interface TcpProxy {
  readonly port: number;
  make(trouble: Trouble): void;
  /**
   * Breaks the next `count` connections on which Postgres says that a write is durable, before its
   * client hears it.
   */
  cutAtCommit(count: number): void;
  /** Cuts made so far. */
  cuts(): number;
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly targetPort: number;
  /** The target is Postgres, and `cutAtCommit` is wanted. */
  readonly watchCommits: boolean;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const HOST = '127.0.0.1';

export async function startTcpProxy(options: ProxyOptions): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let trouble = NO_TROUBLE;
  let cutsLeft = 0;
  let cuts = 0;
  let connections = 0;
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const serve = (client: Socket): void => {
    connections += 1;
    const server = connect(options.targetPort, HOST);
    track(client);
    track(server);
    const watch = options.watchCommits ? createCommitWatch() : null;
    const breakBoth = (): void => {
      client.resetAndDestroy();
      server.destroy();
    };
    const pass = (to: Socket, chunk: Buffer): void => {
      if (trouble.blackhole) return;
      if (trouble.resets > 0 && options.random() < trouble.resets) breakBoth();
      else if (trouble.latencyMs === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), trouble.latencyMs);
    };
    client.on('data', (chunk) => {
      watch?.sent(chunk);
      pass(server, chunk);
    });
    server.on('data', (chunk) => {
      if (watch?.received(chunk) === true && cutsLeft > 0) {
        cutsLeft -= 1;
        cuts += 1;
        breakBoth();
      } else pass(client, chunk);
    });
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  };
  const listener = await listen(createServer(serve), options.port);
  return {
    port: (listener.address() as AddressInfo).port,
    make(next) {
      // What was swallowed cannot be made up for, so those connections have no future.
      if (trouble.blackhole && !next.blackhole) for (const socket of sockets) socket.destroy();
      trouble = next;
    },
    cutAtCommit(count) {
      cutsLeft = count;
    },
    cuts: () => cuts,
    connections: () => connections,
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server));
  });
}
