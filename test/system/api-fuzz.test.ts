import { execFileSync } from 'node:child_process';
import { fuzz, installSchemathesis } from '../fuzz/schemathesis';
import { startTestStack } from '../harness/stack';
import { expectInvariants, openBroker } from './broker';

/** Long enough for some thousand requests, and for the first installation. */
const FUZZ_SECONDS = 170;

/** Asked before the tests are named, so that a run says why it does without. */
const obstacle = findObstacle();
const testWhereItCan = obstacle === null ? test : test.skip;
const reason = obstacle === null ? '' : ` (SKIPPED: ${obstacle})`;

testWhereItCan(
  `no request that the document allows or forbids meets a surprise${reason}`,
  async () => {
    await installSchemathesis();
    const stack = await startTestStack();
    const broker = openBroker(stack);
    try {
      const { api } = stack.endpoints();
      const { keyId, secret } = broker.demo;
      const seed = Number(process.env['FUZZ_SEED'] ?? 1);
      const result = await fuzz({ api, keyId, secret, seed, examples: 15, seconds: FUZZ_SECONDS });
      expect(result.ok ? '' : result.report).toBe('');
      await expectInvariants(broker);
    } finally {
      await broker.close();
      await stack.remove();
    }
  },
  600_000,
);

/** @returns Why this machine cannot fuzz; `null` if it can. */
function findObstacle(): string | null {
  if (process.env['CI'] !== 'true') return 'CI is not true';
  const asked = 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)';
  try {
    execFileSync('python3', ['-c', asked], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no Python 3.10 or newer with venv';
  }
}
