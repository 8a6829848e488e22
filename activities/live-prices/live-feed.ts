import { type RawData, WebSocket } from 'ws';
import type { Logger } from '../../platform/logger';
import { type LiveMessage, type LiveQuote, type LiveTrade, parseLiveFrame } from './live-messages';
import type { LiveMetrics } from './live-metrics';

/** What a symbol's source wants to hear. */
export interface LiveListener {
  /** @param heardAt - When it came, on `performance.now()`. */
  readonly quote: (quote: LiveQuote, heardAt: number) => void;
  readonly trade: (trade: LiveTrade) => void;
}

/** The one connection of a process to a market-data stream: the real service allows no second. */
export interface LiveFeed {
  /**
   * Connects with the first symbol, and tells at once what was heard of it before. The returned
   * function ends the subscription.
   */
  subscribe(symbol: string, listener: LiveListener): () => void;
  close(): void;
}

export interface LiveFeedOptions {
  /** `wss://stream.data.alpaca.markets/v2/iex`, or anything that speaks its protocol. */
  readonly url: string;
  readonly keyId: string;
  readonly secret: string;
  readonly logger: Logger;
  readonly metrics: LiveMetrics;
  readonly limits: LiveLimits;
}

export interface LiveLimits {
  /** Before the first attempt to come back; doubled by each that fails. */
  readonly liveReconnectFirstMs: number;
  readonly liveReconnectMaximumMs: number;
  /** A connection that is silent for longer, pings included, is given up. */
  readonly liveSilenceMs: number;
}

/** Looks within the silence that is allowed; each asks for a sign of life. */
const SILENT_CHECKS = 3;

export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  return new Connection(options);
}

class Connection implements LiveFeed {
  private readonly options: LiveFeedOptions;
  private readonly listeners = new Map<string, Set<LiveListener>>();
  private readonly newest = new Map<string, { quote: LiveQuote; heardAt: number }>();
  private socket: WebSocket | null = null;
  private authenticated = false;
  private failures = 0;
  private retry: NodeJS.Timeout | null = null;
  private watch: NodeJS.Timeout | null = null;
  /** Looks at the connection since anything was heard of it. */
  private silentChecks = 0;
  private closed = false;

  constructor(options: LiveFeedOptions) {
    this.options = options;
    options.metrics.connected.set(0);
  }

  subscribe(symbol: string, listener: LiveListener): () => void {
    const known = this.listeners.get(symbol);
    this.listeners.set(symbol, (known ?? new Set()).add(listener));
    const before = this.newest.get(symbol);
    if (before !== undefined) listener.quote(before.quote, before.heardAt);
    if (known === undefined) this.ask('subscribe', [symbol]);
    if (this.socket === null && this.retry === null) this.connect();
    return () => {
      const left = this.listeners.get(symbol);
      left?.delete(listener);
      if (left?.size !== 0) return;
      this.listeners.delete(symbol);
      this.ask('unsubscribe', [symbol]);
    };
  }

  close(): void {
    this.closed = true;
    if (this.retry !== null) clearTimeout(this.retry);
    if (this.watch !== null) clearInterval(this.watch);
    this.socket?.terminate();
  }

  private connect(): void {
    const { url, limits, logger } = this.options;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: limits.liveSilenceMs,
    });
    this.socket = socket;
    this.silentChecks = 0;
    const heard = (): void => {
      this.silentChecks = 0;
    };
    socket.on('message', (data) => {
      heard();
      this.receive(data);
    });
    socket.on('pong', heard);
    socket.on('error', (error) => logger.warn({ err: error, url }, 'live prices: no connection'));
    socket.on('close', (code) => this.comeBack(code));
    // Looks are counted and not time: while this process is held up it hears nobody, and what
    // came meanwhile is read between two of them.
    this.watch = setInterval(() => {
      this.silentChecks += 1;
      if (this.silentChecks > SILENT_CHECKS) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }, limits.liveSilenceMs / SILENT_CHECKS);
  }

  /** Waits longer after each failure, and never as long as the others that lost it with us. */
  private comeBack(code: number): void {
    const { limits, logger, metrics } = this.options;
    if (this.watch !== null) clearInterval(this.watch);
    this.socket = null;
    this.authenticated = false;
    metrics.connected.set(0);
    if (this.closed) return;
    const { liveReconnectFirstMs: first, liveReconnectMaximumMs: most } = limits;
    const longest = Math.min(most, first * 2 ** Math.min(this.failures, 20));
    const delay = longest * (0.5 + Math.random() / 2);
    this.failures += 1;
    metrics.reconnects.inc();
    logger.warn({ code, delay_ms: Math.round(delay) }, 'live prices: the connection is lost');
    this.retry = setTimeout(() => {
      this.retry = null;
      this.connect();
    }, delay);
  }

  private receive(data: RawData): void {
    let messages: LiveMessage[];
    try {
      messages = parseLiveFrame((data as Buffer).toString('utf8'));
    } catch (error) {
      this.options.logger.warn({ err: error }, 'live prices: a frame could not be read');
      this.options.metrics.ignored.inc({ reason: 'frame' });
      return;
    }
    for (const message of messages) this.take(message);
  }

  private take(message: LiveMessage): void {
    const { keyId, secret, logger, metrics } = this.options;
    switch (message.kind) {
      case 'connected':
        this.send({ action: 'auth', key: keyId, secret });
        break;
      case 'authenticated':
        this.authenticated = true;
        metrics.connected.set(1);
        logger.info({ symbols: [...this.listeners.keys()] }, 'live prices: connected');
        this.ask('subscribe', [...this.listeners.keys()]);
        break;
      case 'error':
        // Wrong keys, a second connection, too many symbols: a later attempt may find it mended.
        logger.error({ code: message.code, message: message.text }, 'live prices: refused');
        this.socket?.close();
        break;
      case 'quote':
        this.failures = 0;
        this.tellQuote(message.quote);
        break;
      case 'trade':
        this.failures = 0;
        for (const listener of this.listenersOf(message.trade.symbol))
          listener.trade(message.trade);
        break;
      case 'unusable':
        metrics.ignored.inc({ reason: 'message' });
        break;
      case 'subscribed':
      case 'other':
        break;
    }
  }

  private tellQuote(quote: LiveQuote): void {
    const listeners = this.listenersOf(quote.symbol);
    // Only symbols of ours are kept, however many the stream sends.
    if (listeners.size === 0) return;
    const heardAt = performance.now();
    this.newest.set(quote.symbol, { quote, heardAt });
    for (const listener of listeners) listener.quote(quote, heardAt);
  }

  private listenersOf(symbol: string): ReadonlySet<LiveListener> {
    return this.listeners.get(symbol) ?? new Set();
  }

  private ask(action: 'subscribe' | 'unsubscribe', symbols: readonly string[]): void {
    if (!this.authenticated || symbols.length === 0) return;
    this.send({ action, trades: symbols, quotes: symbols });
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
