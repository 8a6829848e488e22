import { type ClientOptions, WebSocket } from 'ws';

export interface ReceivedMessage {
  readonly isBinary: boolean;
  readonly data: Buffer;
}

/** A WebSocket as a test reads it: one message after the other, and how it ended. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** The next message; rejects when the socket ends instead. */
  next(): Promise<ReceivedMessage>;
  /** The next message as JSON. */
  nextJson<Message = Record<string, unknown>>(): Promise<Message>;
  sendJson(message: unknown): void;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  close(): void;
}

/** Opens a socket; resolves once the handshake is done. */
export async function openSocket(
  url: string,
  headers: Record<string, string> = {},
  options: ClientOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), {
    headers,
    perMessageDeflate: false,
    ...options,
  });
  const received: ReceivedMessage[] = [];
  let wake: () => void = () => undefined;
  let isClosed = false;
  socket.on('message', (data, isBinary) => {
    received.push({ data: data as Buffer, isBinary });
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      isClosed = true;
      wake();
      resolve({ code, reason: reason.toString() });
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);

  const next = async (): Promise<ReceivedMessage> => {
    for (;;) {
      const message = received.shift();
      if (message !== undefined) return message;
      if (isClosed) throw new Error('the socket ended');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    socket,
    next,
    nextJson: async () => JSON.parse((await next()).data.toString()) as never,
    sendJson: (message) => socket.send(JSON.stringify(message)),
    closed,
    close: () => socket.close(),
  };
}
