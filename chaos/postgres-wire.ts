/** As much of Postgres' protocol as it takes to see the moment a transaction became durable. */
export interface CommitWatch {
  /** Bytes on their way to the server. */
  sent(chunk: Buffer): void;
  /** Bytes on their way back; true when they tell the client that a write is durable. */
  received(chunk: Buffer): boolean;
}

const WRITES = /\b(?:insert|update|delete|merge)\b/i;

export function createCommitWatch(): CommitWatch {
  const toServer = createMessageReader({ untypedMessages: 1 });
  const toClient = createMessageReader({ untypedMessages: 0 });
  const prepared = new Map<string, string>();
  let statement = '';
  let wrote = false;
  let inTransaction = false;
  return {
    sent(chunk) {
      for (const { type, body } of toServer(chunk)) {
        if (type === 'Q') statement = textAt(body, 0);
        if (type === 'P') {
          const name = textAt(body, 0);
          prepared.set(name, textAt(body, Buffer.byteLength(name) + 1));
        }
        if (type === 'B') {
          const portal = textAt(body, 0);
          statement = prepared.get(textAt(body, Buffer.byteLength(portal) + 1)) ?? '';
        }
      }
    },
    received(chunk) {
      let durable = false;
      for (const { type, body } of toClient(chunk)) {
        if (type === 'C') {
          if (WRITES.test(statement)) wrote = true;
          const commits = textAt(body, 0) === 'COMMIT';
          if (wrote && (commits || !inTransaction)) durable = true;
        }
        if (type === 'Z') {
          inTransaction = body.toString('latin1') !== 'I';
          if (!inTransaction) wrote = false;
        }
      }
      return durable;
    },
  };
}

interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** @param untypedMessages - How many messages come first without a type: a client's greeting. */
function createMessageReader({ untypedMessages }: { untypedMessages: number }) {
  let pending: Buffer = Buffer.alloc(0);
  let untyped = untypedMessages;
  return (chunk: Buffer): Message[] => {
    pending = Buffer.concat([pending, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = untyped > 0 ? 0 : 1;
      if (pending.length < head + 4) return messages;
      const end = head + pending.readInt32BE(head);
      if (pending.length < end) return messages;
      if (untyped > 0) untyped -= 1;
      else {
        const type = pending.toString('latin1', 0, 1);
        messages.push({ type, body: pending.subarray(5, end) });
      }
      pending = pending.subarray(end);
    }
  };
}

/** The zero-terminated text at an offset. */
function textAt(body: Buffer, offset: number): string {
  const end = body.indexOf(0, offset);
  return body.toString('utf8', offset, end < 0 ? body.length : end);
}
