/** The `/v2/{feed}` socket: trades, quotes and bars of markets, as Alpaca's clients know it. */
import type { Principal } from '../context';
import type { Dependencies } from '../dependencies';
import type { KeyRing } from '../key-ring';
import type { MarketFrame } from '../market-data/messages';
import {
  type Channel,
  CHANNELS,
  createSubscriptions,
  FOREIGN_CHANNELS,
  type SymbolsByChannel,
} from '../market-data/subscriptions';
import type { Credentials } from '../middleware/credentials';
import { fieldsOf } from './codec';
import type { Connection } from './connection';
import { inTurn } from './in-turn';
import { readMessageCredentials } from './socket-credentials';

/** Codes and words of Alpaca's market-data streams. */
const ERRORS = {
  400: 'invalid syntax',
  401: 'not authenticated',
  402: 'auth failed',
  403: 'already authenticated',
  404: 'auth timeout',
  405: 'symbol limit exceeded',
  406: 'connection limit exceeded',
  407: 'slow client',
  409: 'insufficient subscription',
  410: 'invalid subscribe action for this feed',
  500: 'internal error',
} as const;
type ErrorCode = keyof typeof ERRORS;

export type MarketDataSocketDependencies = Pick<Dependencies, 'limits' | 'logger' | 'market'> & {
  readonly keys: KeyRing;
};

/** Speaks the protocol on one socket until either side ends it. */
export function serveMarketDataSocket(
  dependencies: MarketDataSocketDependencies,
  connection: Connection,
  credentials: Credentials | null,
): void {
  const session = new MarketDataSession(dependencies, connection);
  const next = inTurn(connection, (error) => {
    dependencies.logger.warn({ err: error }, 'a market-data socket failed');
    session.fail(500);
    connection.drop('unavailable');
  });
  connection.send([{ T: 'success', msg: 'connected' }]);
  if (credentials !== null) next(() => session.authenticate(credentials));
  connection.onMessage((message) => next(() => session.receive(message)));
  connection.onClose(() => session.end());
}

class MarketDataSession {
  private readonly dependencies: MarketDataSocketDependencies;
  private readonly connection: Connection;
  private readonly subscriptions = createSubscriptions();
  private readonly patience: NodeJS.Timeout;
  private principal: Principal | null = null;
  private leave: () => void = () => undefined;

  constructor(dependencies: MarketDataSocketDependencies, connection: Connection) {
    this.dependencies = dependencies;
    this.connection = connection;
    this.patience = setTimeout(() => {
      this.fail(404);
      connection.drop('authentication_timeout');
    }, dependencies.limits.socketAuthMs);
  }

  async receive(message: unknown): Promise<void> {
    const fields = fieldsOf(message);
    const action = fields?.['action'];
    if (fields === null) this.fail(400);
    else if (action === 'auth' || action === 'authenticate') {
      await this.authenticate(readMessageCredentials(fields));
    } else if (action !== 'subscribe' && action !== 'unsubscribe') this.fail(400);
    else if (this.principal === null) this.fail(401);
    else await this.subscribe(action, fields);
  }

  async authenticate(credentials: Credentials | null): Promise<void> {
    const { keys, limits, market } = this.dependencies;
    if (this.principal !== null) {
      this.fail(403);
      return;
    }
    const principal = credentials === null ? null : await keys.findPrincipal(credentials);
    if (!this.connection.isOpen()) return;
    if (!principal?.scopes.includes('read')) {
      this.fail(principal === null ? 402 : 409);
      this.connection.drop('unauthorized');
      return;
    }
    if (market.count(principal.keyId) >= limits.socketsPerKey) {
      this.fail(406);
      this.connection.drop('too_many_connections');
      return;
    }
    clearTimeout(this.patience);
    this.principal = principal;
    this.leave = market.join({
      keyId: principal.keyId,
      symbols: () => this.subscriptions.symbols(),
      wants: (channel, symbol) => this.subscriptions.has(channel, symbol),
      push: (frame) => this.push(frame),
    });
    this.connection.send([{ T: 'success', msg: 'authenticated' }]);
  }

  end(): void {
    clearTimeout(this.patience);
    this.leave();
  }

  fail(code: ErrorCode): void {
    this.connection.send([{ T: 'error', code, msg: ERRORS[code] }]);
  }

  private async subscribe(
    action: 'subscribe' | 'unsubscribe',
    fields: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    if (FOREIGN_CHANNELS.some((name) => isFilled(fields[name]))) {
      this.fail(410);
      return;
    }
    const asked = readChannels(fields);
    if (asked === null) {
      this.fail(400);
      return;
    }
    const { limits, market } = this.dependencies;
    if (action === 'unsubscribe') this.subscriptions.remove(asked);
    else if (this.subscriptions.countWith(asked) > limits.socketSymbols) {
      this.fail(405);
      return;
    } else {
      this.subscriptions.add(asked);
      await market.follow([...this.subscriptions.symbols()]);
    }
    const list = this.subscriptions.list();
    // Alpaca adds these two by itself; a market of ours takes no trade back.
    const implied = { corrections: list.trades, cancelErrors: list.trades };
    this.connection.send([{ T: 'subscription', ...list, ...implied }]);
  }

  private push(frame: MarketFrame): void {
    const { connection } = this;
    if (connection.waiting() > this.dependencies.limits.socketBufferBytes) {
      this.fail(407);
      connection.drop('slow_consumer');
      return;
    }
    connection.sendFrame(frame.encoded(connection.codec));
  }
}

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

const MAXIMUM_NAME = 40;

/** @returns `null` when a channel's value is no list of names, or no channel is named. */
function readChannels(fields: Readonly<Record<string, unknown>>): SymbolsByChannel | null {
  const asked: Partial<Record<Channel, readonly string[]>> = {};
  for (const channel of CHANNELS) {
    const names = fields[channel];
    if (names === undefined || names === null) continue;
    if (!isNames(names)) return null;
    asked[channel] = names;
  }
  return Object.keys(asked).length > 0 ? asked : null;
}

function isNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.every((name) => typeof name === 'string' && name !== '' && name.length <= MAXIMUM_NAME)
  );
}
