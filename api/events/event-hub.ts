/** Wakes the event streams of an account when there may be something new for them. */
export interface EventHub {
  /** Something of this account was published; `null`: of any account. */
  wake(accountId: string | null): void;
  /** Adds a stream; the returned function takes it away again. */
  join(member: HubMember): () => void;
  /** How many streams of a kind a key has open. */
  count(keyId: string, kind?: HubMember['kind']): number;
  /** Tells every stream to end, and resolves when all have. */
  close(): Promise<void>;
}

export interface HubMember {
  /** Server-sent events or a WebSocket. */
  readonly kind: 'stream' | 'socket';
  readonly keyId: string;
  readonly accountId: string;
  readonly wake: () => void;
  /** Ends the stream, with a reason its reader sees. */
  readonly end: (reason: string) => void;
}

/** @param pollMs - Every stream is woken this often, should a notification be lost. */
export function createEventHub(pollMs: number): EventHub {
  const members = new Set<HubMember>();
  let timer: NodeJS.Timeout | null = null;
  let closing = false;
  let empty: () => void = () => undefined;

  const wakeAll = (): void => {
    for (const member of members) member.wake();
  };

  return {
    wake(accountId) {
      for (const member of members) {
        if (accountId === null || member.accountId === accountId) member.wake();
      }
    },
    join(member) {
      members.add(member);
      timer ??= setInterval(wakeAll, pollMs).unref();
      if (closing) member.end('shutdown');
      return () => {
        members.delete(member);
        if (members.size > 0) return;
        if (timer !== null) clearInterval(timer);
        timer = null;
        empty();
      };
    },
    count(keyId, kind = 'stream') {
      let open = 0;
      for (const member of members) {
        if (member.keyId === keyId && member.kind === kind) open += 1;
      }
      return open;
    },
    async close() {
      closing = true;
      if (members.size === 0) return;
      const gone = new Promise<void>((resolve) => {
        empty = resolve;
      });
      for (const member of members) member.end('shutdown');
      await gone;
    },
  };
}
