import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const CACHE = path.join(REPOSITORY, 'node_modules', '.cache', 'everfill');
/** All that workflow code may run, so all that a bundle can change with. */
const SOURCES = ['workflows', 'domain'];

/**
 * The workflow code as a worker runs it. Bundling takes seconds, so the bundle is kept until a
 * source or the SDK changes.
 *
 * @param workflowsPath - From the root of the repository, without extension.
 */
export async function readWorkflowBundle(workflowsPath: string): Promise<string> {
  const file = path.join(CACHE, `${path.basename(workflowsPath)}-${hashSources()}.js`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  // Webpack comes with it, which is slow to load and mostly not needed.
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve(path.join(REPOSITORY, workflowsPath)),
    logger: new DefaultLogger('ERROR'),
  });
  mkdirSync(CACHE, { recursive: true });
  // Moved to its place whole: another test run may look for it at this moment.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, file);
  return code;
}

function hashSources(): string {
  const hash = createHash('sha256');
  hash.update(readFileSync(require.resolve('@temporalio/worker/package.json')));
  for (const folder of SOURCES) {
    const names = readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.sort()) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      hash.update(name).update(readFileSync(path.join(REPOSITORY, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
