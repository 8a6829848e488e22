/** Alpaca's own trading stream, with a hand on the socket under it. */
import { streaming } from '@alpacahq/alpaca-trade-api';
import { WebSocket } from 'ws';
import type { Keys } from './plain-client';

export interface WatchedStream {
  readonly stream: streaming.TradingStream;
  /** Everything the client told its listener, in order. */
  readonly updates: readonly streaming.TradeUpdate[];
  readonly errors: readonly string[];
  /** Cuts the connection without a word, as a network does. */
  cut(): void;
}

/**
 * @param resumes - Whether a new connection asks for what came after the last update. The client
 *   has no word for that, but lets its user open the socket, which is enough.
 */
export function openWatchedStream(base: string, keys: Keys, resumes: boolean): WatchedStream {
  const updates: streaming.TradeUpdate[] = [];
  const errors: string[] = [];
  let socket: WebSocket | undefined;
  const stream = new streaming.TradingStream({
    credentials: keys,
    url: `${base.replace(/^http/, 'ws')}/stream`,
    initialReconnectMs: 50,
    wsFactory: (url) => {
      const last = updates.at(-1)?.['sequence'] as string | undefined;
      socket = new WebSocket(resumes && last !== undefined ? `${url}?since=${last}` : url);
      return socket;
    },
  });
  stream.onTradeUpdate((update) => updates.push(update));
  stream.onError((error: string) => errors.push(error));
  stream.subscribeTradeUpdates();
  return { stream, updates, errors, cut: () => socket?.terminate() };
}

/** Connects and returns once the server has confirmed the subscription. */
export async function startListening({ stream }: WatchedStream): Promise<void> {
  const listening = nextSubscription(stream);
  stream.connect();
  await listening;
}

export const nextSubscription = (stream: streaming.TradingStream): Promise<void> =>
  new Promise((resolve) => {
    stream.once(streaming.EVENT.SUBSCRIPTION, () => resolve());
  });
