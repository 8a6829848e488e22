import { createTemplateDatabase } from './database';
import { startTestServices, type TestServices } from './services';

/** Global setup and teardown run in one process, but in modules of their own. */
export interface SharedServices {
  everfillTestServices?: TestServices;
}

/**
 * Starts what the tests share and names it in the environment, which Jest's workers inherit.
 * Servers named there already are used as they are.
 */
export default async function startSharedServices(): Promise<void> {
  if (process.env['EVERFILL_TEST_DATABASE_URL'] !== undefined) return;
  const services = await startTestServices();
  (globalThis as SharedServices).everfillTestServices = services;
  await createTemplateDatabase(services.databaseUrl);
  process.env['EVERFILL_TEST_DATABASE_URL'] = services.databaseUrl;
  process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] = services.temporalAddress;
}
