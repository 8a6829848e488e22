import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const Environment = z.object({
  DATABASE_URL: z.string().startsWith('postgres'),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_DEPLOYMENT_NAME: z.string().min(1).optional(),
  TEMPORAL_WORKER_BUILD_ID: z.string().min(1).optional(),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(8080),
  /** Per key; 0 switches the limit off. Alpaca's own is 200. */
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(200),
  /** Speaks Alpaca's market-data protocol. */
  LIVE_PRICES_URL: z
    .string()
    .regex(/^wss?:\/\/./, 'expected a ws:// or wss:// address')
    .default('wss://stream.data.alpaca.markets/v2/iex'),
  LIVE_PRICES_KEY_ID: z.string().min(1).optional(),
  LIVE_PRICES_SECRET_KEY: z.string().min(1).optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: port.default(0),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Config {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Which build of which deployment a worker is; `null`: workers carry no version. */
  readonly deployment: { readonly deploymentName: string; readonly buildId: string } | null;
  readonly apiHost: string;
  readonly apiPort: number;
  /** Per key; 0: no limit. */
  readonly requestsPerMinute: number;
  /** Where live prices come from; `null`: no keys were given. */
  readonly livePrices: {
    readonly url: string;
    readonly keyId: string;
    readonly secret: string;
  } | null;
  readonly metricsHost: string;
  readonly metricsPort: number;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
}

/**
 * Reads the environment once, at the start of a process.
 *
 * @throws Error naming every variable that is missing or wrong, before anything listens.
 */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new Error(`configuration: ${problems.join('; ')}`);
  }
  const values = parsed.data;
  return Object.freeze({
    databaseUrl: values.DATABASE_URL,
    temporalAddress: values.TEMPORAL_ADDRESS,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    deployment: parseDeployment(values),
    apiHost: values.API_HOST,
    apiPort: values.API_PORT,
    requestsPerMinute: values.API_REQUESTS_PER_MINUTE,
    livePrices: parseLivePrices(values),
    metricsHost: values.METRICS_HOST,
    metricsPort: values.METRICS_PORT,
    logLevel: values.LOG_LEVEL,
  });
}

/** @throws Error if only one half of the pair is there: the other was forgotten. */
function parseLivePrices(values: z.infer<typeof Environment>): Config['livePrices'] {
  const { LIVE_PRICES_KEY_ID: keyId, LIVE_PRICES_SECRET_KEY: secret } = values;
  if (keyId === undefined && secret === undefined) return null;
  if (keyId !== undefined && secret !== undefined) {
    return { url: values.LIVE_PRICES_URL, keyId, secret };
  }
  const missing = keyId === undefined ? 'LIVE_PRICES_KEY_ID' : 'LIVE_PRICES_SECRET_KEY';
  throw new Error(`configuration: ${missing} is missing; the two keys come together`);
}

/** @throws Error if only one of the two names is there: such a worker would get no tasks. */
function parseDeployment(values: z.infer<typeof Environment>): Config['deployment'] {
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = values;
  if (deploymentName !== undefined && buildId !== undefined) return { deploymentName, buildId };
  if (deploymentName === undefined && buildId === undefined) return null;
  throw new Error(
    'configuration: TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID come together',
  );
}
