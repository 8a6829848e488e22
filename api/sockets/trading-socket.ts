/**
 * The `/stream` socket: `trade_updates` of one account, as Alpaca's clients know it, with a resume
 * that the real service does not have.
 */
import type { Principal } from '../context';
import type { Dependencies } from '../dependencies';
import { type Bell, createBell } from '../events/bell';
import { findNews } from '../events/find-news';
import type { KeyRing } from '../key-ring';
import type { Credentials } from '../middleware/credentials';
import { findEventSequence } from '../queries/events';
import { fieldsOf } from './codec';
import type { Connection } from './connection';
import { inTurn } from './in-turn';
import { readMessageCredentials } from './socket-credentials';
import { readTradeUpdates } from './read-trade-updates';

const STREAM = 'trade_updates';

export type TradingSocketDependencies = Pick<
  Dependencies,
  'db' | 'events' | 'limits' | 'logger'
> & { readonly keys: KeyRing };

export interface TradingSocketStart {
  /** From the handshake; `null`: the client will say. */
  readonly credentials: Credentials | null;
  /** The last sequence the client knows, from the address. */
  readonly since: number | null;
}

/** Speaks the protocol on one socket until either side ends it. */
export function serveTradingSocket(
  dependencies: TradingSocketDependencies,
  connection: Connection,
  { credentials, since }: TradingSocketStart,
): void {
  const session = new TradingSession(dependencies, connection, since);
  const next = inTurn(connection, (error) => {
    dependencies.logger.warn({ err: error }, 'a trading socket failed');
    connection.drop('unavailable');
  });
  if (credentials !== null) next(() => session.authenticate(credentials));
  connection.onMessage((message) => next(() => session.receive(message)));
  connection.onClose(() => session.end());
}

class TradingSession {
  private readonly dependencies: TradingSocketDependencies;
  private readonly connection: Connection;
  private readonly bell: Bell = createBell();
  private readonly patience: NodeJS.Timeout;
  /** Of the address; only the first `listen` uses it. */
  private since: number | null;
  private principal: Principal | null = null;
  private leave: () => void = () => undefined;
  /** Counts `listen`s, so that a loop knows when it is not the one any more; 0: silence. */
  private listens = 0;
  private following = 0;

  constructor(
    dependencies: TradingSocketDependencies,
    connection: Connection,
    since: number | null,
  ) {
    this.dependencies = dependencies;
    this.connection = connection;
    this.since = since;
    this.patience = setTimeout(
      () => connection.drop('authentication_timeout'),
      dependencies.limits.socketAuthMs,
    );
  }

  async receive(message: unknown): Promise<void> {
    const fields = fieldsOf(message);
    switch (fields?.['action']) {
      case 'auth':
      case 'authenticate':
        return this.authenticate(readMessageCredentials(fields));
      case 'listen':
        return this.listen(fieldsOf(fields['data']) ?? {});
      default:
        this.refuse('expected {"action": "authenticate"} or {"action": "listen"}');
    }
  }

  async authenticate(credentials: Credentials | null): Promise<void> {
    const { keys, events, limits } = this.dependencies;
    const principal = credentials === null ? null : await keys.findPrincipal(credentials);
    const allowed = principal?.scopes.includes('read') === true;
    this.answer('authorization', {
      status: allowed ? 'authorized' : 'unauthorized',
      action: 'authenticate',
    });
    if (!allowed) {
      this.connection.drop('unauthorized');
      return;
    }
    clearTimeout(this.patience);
    if (this.principal !== null || !this.connection.isOpen()) return;
    if (events.count(principal.keyId, 'socket') >= limits.socketsPerKey) {
      this.refuse('connection limit exceeded');
      this.connection.drop('too_many_connections');
      return;
    }
    this.principal = principal;
    this.leave = events.join({
      kind: 'socket',
      keyId: principal.keyId,
      accountId: principal.accountId,
      wake: () => this.bell.ring(),
      end: () => this.connection.drop('shutdown'),
    });
  }

  end(): void {
    clearTimeout(this.patience);
    this.leave();
    this.stopFollowing();
  }

  private async listen(data: Readonly<Record<string, unknown>>): Promise<void> {
    const { principal } = this;
    if (principal === null) {
      this.answer('authorization', { status: 'unauthorized', action: 'listen' });
      return;
    }
    const asked = data['streams'];
    if (!Array.isArray(asked)) {
      this.refuse('streams: expected a list of names');
      return;
    }
    const since = readSince(data['since']);
    if (since === undefined) {
      this.refuse('since: expected a sequence number');
      return;
    }
    if (!asked.includes(STREAM)) {
      this.stopFollowing();
      this.answer('listening', { streams: [] });
    } else if (this.following !== 0 && since === null) {
      this.answer('listening', { streams: [STREAM] });
    } else {
      await this.startFollowing(principal, since ?? this.since);
    }
  }

  private async startFollowing(principal: Principal, wanted: number | null): Promise<void> {
    const last = await findEventSequence(this.dependencies.db, principal.accountId);
    if (!this.connection.isOpen()) return;
    this.stopFollowing();
    this.since = null;
    this.listens += 1;
    this.following = this.listens;
    // A position from beyond the last event belongs to another database: begin anew.
    const position = wanted !== null && wanted <= last ? wanted : last;
    this.answer('listening', { streams: [STREAM], sequence: String(position) });
    void this.follow(principal, position, this.listens);
  }

  private stopFollowing(): void {
    this.following = 0;
    this.bell.ring();
  }

  private async follow(principal: Principal, from: number, listen: number): Promise<void> {
    const isCurrent = (): boolean => this.following === listen && this.connection.isOpen();
    let position = from;
    try {
      while (isCurrent()) {
        const heard = this.bell.count();
        position = await this.sendNews(principal.accountId, position, isCurrent);
        if (isCurrent()) await this.bell.after(heard);
      }
    } catch (error) {
      // The client comes back and resumes; so it does when a database is away.
      this.dependencies.logger.warn({ err: error }, 'a trading socket lost its events');
      this.connection.drop('unavailable');
    }
  }

  /** Sends what was published after `position`; returns the new position. */
  private async sendNews(
    accountId: string,
    position: number,
    isCurrent: () => boolean,
  ): Promise<number> {
    const { db, limits } = this.dependencies;
    let last = position;
    for (;;) {
      const { rows, more } = await findNews(db, accountId, last, limits.eventsPerRead);
      for (const update of await readTradeUpdates(db, accountId, rows)) {
        if (update !== null) {
          await this.connection.deliver({ stream: STREAM, data: update }, limits.slowConsumerMs);
        }
        last += 1;
        if (!isCurrent()) return last;
      }
      if (!more) return last;
    }
  }

  private answer(stream: string, data: object): void {
    this.connection.send({ stream, data });
  }

  private refuse(message: string): void {
    this.connection.send({ action: 'error', data: { error_message: message } });
  }
}

/** @returns `null` when absent, `undefined` when it is no sequence. */
export function readSince(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
