import { Client, Connection } from '@temporalio/client';

export interface TemporalOptions {
  readonly address: string;
  readonly namespace: string;
  /** Shown on every event this client causes. */
  readonly identity: string;
}

/** Connects lazily: a process may start before its Temporal server answers. */
export function createTemporalClient(options: TemporalOptions): Client {
  const connection = Connection.lazy({ address: options.address });
  return new Client({ connection, namespace: options.namespace, identity: options.identity });
}
