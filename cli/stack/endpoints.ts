/** What a running Everfill tells other programs on this machine about itself. */
import { rmSync } from 'node:fs';
import { readJsonFile, writeJsonFile } from './json-file';

/** The content of `endpoints.json`, which exists exactly while Everfill is ready. */
export interface Endpoints {
  readonly api: string;
  /** host:port */
  readonly temporal_address: string;
  /** Null with a Temporal server of the user's own, unless TEMPORAL_UI_URL names it. */
  readonly temporal_ui: string | null;
  readonly database_url: string;
  /** Process name to the URL of its metrics. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly account_id: string;
  readonly api_key_id: string;
  readonly api_secret_key: string;
  /** Process name to pid; the embedded servers included. */
  readonly pids: Readonly<Record<string, number>>;
}

export function writeEndpoints(file: string, endpoints: Endpoints): void {
  writeJsonFile(file, endpoints);
}

export function removeEndpoints(file: string): void {
  rmSync(file, { force: true });
}

/** Undefined when Everfill is not ready. */
export function readEndpoints(file: string): Endpoints | undefined {
  return readJsonFile(file) as Endpoints | undefined;
}
