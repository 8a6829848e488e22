import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';

/** Each queue's workflows are a bundle of their own, so that a change of one leaves the others. */
export type Bundle = 'orders' | 'feed' | 'platform';

/** Where `build-bundles` puts a bundle and where the sources of it are. */
export const bundlePath = (bundle: Bundle): string => join(__dirname, `${bundle}.bundle.js`);
export const bundleSource = (bundle: Bundle): string =>
  join(__dirname, '..', 'workflows', 'bundles', bundle);

/** The prebuilt bundle where there is one (`dist/`), else the sources, bundled at start. */
export function workflowCode(
  bundle: Bundle,
): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = bundlePath(bundle);
  return existsSync(codePath)
    ? { workflowBundle: { codePath } }
    : { workflowsPath: require.resolve(bundleSource(bundle)) };
}
