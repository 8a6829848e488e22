import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { type Bundle, bundlePath, bundleSource } from './workflow-code';

/** Bundles the workflows once, at build time, so that a worker starts in a second. */
async function main(): Promise<void> {
  const logger = new DefaultLogger('WARN');
  const bundles: Bundle[] = ['orders', 'feed', 'platform'];
  for (const bundle of bundles) {
    const workflowsPath = require.resolve(bundleSource(bundle));
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      // Evaluated once for all runs of a worker instead of once for each: none keeps anything.
      preloadModules: [require.resolve('../workflows/stack-depth'), workflowsPath],
      logger,
    });
    await writeFile(bundlePath(bundle), code);
  }
}

void main();
