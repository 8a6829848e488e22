import { readdirSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { REPOSITORY } from './source-files';

const BUNDLES = path.join(REPOSITORY, 'workflows', 'bundles');

// The bundler refuses a module of Node, and so a package that needs one: they are not replayed.
test.each(readdirSync(BUNDLES))(
  'the workflows of %s bundle without a module of Node',
  async (file) => {
    const bundle = bundleWorkflowCode({
      workflowsPath: path.join(BUNDLES, file),
      logger: new DefaultLogger('ERROR'),
    });
    await expect(bundle).resolves.toHaveProperty('code');
  },
  60_000,
);
