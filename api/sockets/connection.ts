import type { WebSocket } from 'ws';
import type { ApiLimits } from '../limits';
import type { ApiMetrics } from '../metrics';
import { type CodecName, decodeMessage, encodeMessage } from './codec';

export type SocketKind = 'trading' | 'market_data';

/** Why we end a socket; a closed set, for the metrics and for the close frame's text. */
export type DropReason =
  | 'shutdown'
  | 'unauthorized'
  | 'authentication_timeout'
  | 'too_many_connections'
  | 'flooded'
  | 'slow_consumer'
  | 'no_heartbeat'
  | 'unavailable';

/** RFC 6455, section 7.4.1. */
const CLOSE_CODES: Readonly<Record<DropReason, number>> = {
  shutdown: 1001,
  unauthorized: 1008,
  authentication_timeout: 1008,
  too_many_connections: 1008,
  flooded: 1008,
  slow_consumer: 1008,
  no_heartbeat: 1008,
  unavailable: 1011,
};

/** How long a dropped reader has to take the close frame before its connection is cut. */
const FAREWELL_MS = 2_000;

/** One client's WebSocket: messages in and out, a heartbeat, and an end with a reason. */
export interface Connection {
  readonly codec: CodecName;
  isOpen(): boolean;
  /** Bytes that wait for the reader. */
  waiting(): number;
  /** Sends one message without waiting for the reader. */
  send(message: unknown): void;
  /** Sends a frame that is encoded already, as `send` would have. */
  sendFrame(frame: string | Uint8Array): void;
  /** Sends one message and resolves when the reader's side has room, or the socket is gone. */
  deliver(message: unknown, patienceMs: number): Promise<void>;
  drop(reason: DropReason): void;
  /** @param listener - Told each message; `undefined` stands for one that cannot be read. */
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

export interface ConnectionOptions {
  readonly kind: SocketKind;
  readonly codec: CodecName;
  readonly limits: Pick<ApiLimits, 'eventHeartbeatMs'>;
  readonly metrics: ApiMetrics;
}

export function openConnection(socket: WebSocket, options: ConnectionOptions): Connection {
  const { kind, codec, limits, metrics } = options;
  // A client that speaks in binary frames is answered in them.
  let binary = codec === 'msgpack';
  let dropped = false;
  let answered = true;

  const isOpen = (): boolean => !dropped && socket.readyState === socket.OPEN;
  const sendFrame = (frame: string | Uint8Array): void => {
    if (isOpen()) socket.send(frame, { binary }, ignore);
  };
  const drop = (reason: DropReason): void => {
    if (!isOpen()) return;
    dropped = true;
    metrics.droppedSockets.inc({ kind, reason });
    socket.close(CLOSE_CODES[reason], reason);
    const timer = setTimeout(() => socket.terminate(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(timer));
  };
  const heartbeat = setInterval(() => {
    if (!answered) drop('no_heartbeat');
    answered = false;
    if (isOpen()) socket.ping();
  }, limits.eventHeartbeatMs);

  metrics.sockets.inc({ kind });
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('close', () => {
    clearInterval(heartbeat);
    metrics.sockets.dec({ kind });
  });
  // A frame that breaks the protocol or the size limit: `ws` closes with the code that says so.
  socket.on('error', ignore);

  return {
    codec,
    isOpen,
    waiting: () => socket.bufferedAmount,
    send: (message) => sendFrame(encodeMessage(codec, message)),
    sendFrame,
    async deliver(message, patienceMs) {
      if (!isOpen()) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          drop('slow_consumer');
          resolve();
        }, patienceMs);
        socket.send(encodeMessage(codec, message), { binary }, () => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
    drop,
    onMessage(listener) {
      socket.on('message', (frame, isBinary) => {
        if (!isOpen()) return;
        answered = true;
        binary ||= isBinary;
        listener(decodeMessage(codec, frame as Buffer, isBinary));
      });
    },
    onClose(listener) {
      socket.once('close', listener);
    },
  };
}

const ignore = (): void => undefined;
