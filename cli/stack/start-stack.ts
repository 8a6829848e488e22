/** Brings a complete Everfill up in one home. */
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { migrateToLatest } from '../../schema/migrate';
import { seedDemo, type FeedChoice } from '../../schema/seed';
import { openDemoKeys } from './demo-keys';
import {
  createDatabase,
  describePostgres,
  isPostgresReady,
  postgresUrl,
  preparePostgres,
} from './embedded-postgres';
import { removeEndpoints, writeEndpoints, type Endpoints } from './endpoints';
import type { EverfillHome } from './everfill-home';
import { stopLeftovers } from './pid-files';
import { readSeedChoices } from './seed-choices';
import { choosePorts, readPorts, writePorts, type MovedPort, type Ports } from './ports';
import { describeProduct, isProductReady } from './product-processes';
import { Supervisor } from './supervisor';
import { findTemporalBinary } from './temporal-binary';
import {
  addSearchAttributes,
  checkExternalNamespace,
  findMissingSearchAttributes,
} from './temporal-namespace';
import { describeTemporalServer, markStateComplete } from './temporal-server';

export interface StartOptions {
  readonly home: EverfillHome;
  /** Symbols beside the built-in ones. */
  readonly feeds: readonly FeedChoice[];
  /** Called with sentences for the person at the terminal. */
  readonly report: (line: string) => void;
  /** Aborting it gives up the start; what was started by then is stopped. */
  readonly signal: AbortSignal;
  /** Aborting it ends every child at once, whenever that is. */
  readonly force: AbortSignal;
}

export interface RunningStack {
  readonly endpoints: Endpoints;
  readonly moved: readonly MovedPort[];
  /** Ends everything in order and removes `endpoints.json`. */
  stop(): Promise<void>;
}

interface Context extends StartOptions {
  readonly supervisor: Supervisor;
  readonly ports: Ports;
}

/** A variable that is set but empty counts as absent. */
function readVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** What a start uses instead of the embedded servers, from the environment. */
const external = () => ({
  databaseUrl: readVariable('DATABASE_URL'),
  temporalAddress: readVariable('TEMPORAL_ADDRESS'),
  temporalNamespace: readVariable('TEMPORAL_NAMESPACE') ?? 'default',
  temporalUi: readVariable('TEMPORAL_UI_URL') ?? null,
});

async function startPostgres({ home, supervisor, ports, report }: Context): Promise<string> {
  const { databaseUrl } = external();
  if (databaseUrl !== undefined) {
    report('Postgres: the server of DATABASE_URL');
    return databaseUrl;
  }
  const cluster = await preparePostgres({ folder: home.postgresFolder, durable: true });
  if (!cluster.dataFolder.startsWith(home.folder)) {
    report(`Postgres: data in ${cluster.dataFolder}, since its user cannot reach ${home.folder}`);
  }
  const child = supervisor.start('postgres', describePostgres(cluster, ports.postgres));
  const maintenance = postgresUrl(cluster, ports.postgres, 'postgres');
  await supervisor.waitUntilReady(child, () => isPostgresReady(maintenance));
  await createDatabase(cluster, ports.postgres);
  return postgresUrl(cluster, ports.postgres);
}

async function startTemporal(context: Context): Promise<{ address: string; ui: string | null }> {
  const { home, supervisor, ports, report, signal } = context;
  const { temporalAddress, temporalNamespace: namespace, temporalUi } = external();
  if (temporalAddress !== undefined) {
    await checkExternalNamespace({ address: temporalAddress, namespace }, SEARCH_ATTRIBUTES);
    report(`Temporal: the server at ${temporalAddress}`);
    return { address: temporalAddress, ui: temporalUi };
  }
  const binary = await findTemporalBinary(report, { signal });
  signal.throwIfAborted();
  report(`Temporal: ${binary.version} from ${binary.source} (${binary.file})`);
  const spec = describeTemporalServer({
    file: binary.file,
    databaseFile: home.temporalFile,
    namespace,
    searchAttributes: SEARCH_ATTRIBUTES,
    port: ports.temporal,
    uiPort: ports.temporal_ui,
    metricsPort: ports.temporal_metrics,
  });
  const child = supervisor.start('temporal', spec);
  const where = { address: `127.0.0.1:${ports.temporal}`, namespace };
  await supervisor.waitUntilReady(child, async () => {
    const missing = await findMissingSearchAttributes(where, SEARCH_ATTRIBUTES);
    // The server takes attributes from its command line only when it creates the namespace; a
    // file of an older Everfill may lack some.
    if (missing.length > 0) await addSearchAttributes(where, missing);
    return missing.length === 0;
  });
  markStateComplete(home.temporalFile);
  return { address: where.address, ui: `http://127.0.0.1:${ports.temporal_ui}` };
}

async function startProduct(
  context: Context,
  servers: { databaseUrl: string; temporalAddress: string },
): Promise<Record<string, string>> {
  const { home, supervisor, ports } = context;
  const programs = describeProduct({
    homeFolder: home.folder,
    ...servers,
    temporalNamespace: external().temporalNamespace,
    ports,
  });
  const waits = programs.map((program) => {
    const child = supervisor.start(program.name === 'api' ? 'api' : 'workers', program);
    return supervisor.waitUntilReady(child, () => isProductReady(program));
  });
  await Promise.all(waits);
  return Object.fromEntries(programs.map((program) => [program.name, program.metricsUrl]));
}

async function startAll(context: Context): Promise<Omit<Endpoints, 'pids'>> {
  const { home, feeds, ports, report, signal } = context;
  const [databaseUrl, temporal] = await Promise.all([
    startPostgres(context),
    startTemporal(context),
  ]);
  signal.throwIfAborted();
  const applied = await migrateToLatest(databaseUrl);
  if (applied.length > 0) report(`Postgres: applied ${applied.join(', ')}`);
  const keys = openDemoKeys(home.keysFile);
  const choices = readSeedChoices(process.env);
  const { accountId } = await seedDemo({ databaseUrl, ...keys, feeds, ...choices });
  signal.throwIfAborted();
  const servers = { databaseUrl, temporalAddress: temporal.address };
  const metrics = await startProduct(context, servers);
  const embedded = external().temporalAddress === undefined;
  return {
    api: `http://127.0.0.1:${ports.api}`,
    temporal_address: temporal.address,
    temporal_ui: temporal.ui,
    database_url: databaseUrl,
    metrics: embedded
      ? { ...metrics, temporal: `http://127.0.0.1:${ports.temporal_metrics}/metrics` }
      : metrics,
    account_id: accountId,
    api_key_id: keys.apiKeyId,
    api_secret_key: keys.apiSecretKey,
  };
}

/**
 * Starts the servers, prepares the data, starts the programs and returns when all of them serve.
 * The caller holds the lock of the home.
 *
 * @throws The reason of `signal` when it was aborted, an Error for the person at the terminal
 *   otherwise; either way nothing is left running.
 */
export async function startStack(options: StartOptions): Promise<RunningStack> {
  const { home, report } = options;
  readSeedChoices(process.env);
  removeEndpoints(home.endpointsFile);
  const leftovers = await stopLeftovers(home.runFolder);
  if (leftovers.length > 0) report(`stopped what an earlier run left: ${leftovers.join(', ')}`);
  const { ports, moved } = await choosePorts(readPorts(home.portsFile));
  writePorts(home.portsFile, ports);

  let ready: Omit<Endpoints, 'pids'> | undefined;
  const publish = () => {
    if (ready) writeEndpoints(home.endpointsFile, { ...ready, pids: supervisor.pids() });
  };
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const supervisor = new Supervisor({ home, report, onPidsChanged: publish, signal });
  options.force.addEventListener('abort', () => {
    supervisor.kill();
  });
  const stop = async () => {
    ready = undefined;
    removeEndpoints(home.endpointsFile);
    await supervisor.stop();
  };
  try {
    const context = { ...options, signal, supervisor, ports };
    ready = await startAll(context);
    publish();
    return { endpoints: { ...ready, pids: supervisor.pids() }, moved, stop };
  } catch (error) {
    failed.abort(error);
    await stop();
    throw error;
  }
}
