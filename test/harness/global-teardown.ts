import type { SharedServices } from './global-setup';

/** Ends what `global-setup.ts` started. */
export default async function stopSharedServices(): Promise<void> {
  await (globalThis as SharedServices).everfillTestServices?.stop();
}
