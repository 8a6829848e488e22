'use strict';

/**
 * Three kinds of tests, told apart by name and folder:
 *   unit         needs nothing but the source; every `*.test.ts` that is none of the others
 *   integration  needs Postgres: `*.integration.test.ts`, and the tests of the harness itself
 *   system       needs the whole stack: `test/system/`, `test/cli/`
 *
 * Jest runs a project's global set-up only when it runs a test of that project, and once for two
 * projects that name the same file. So unit tests never start a service.
 */
const INTEGRATION = ['<rootDir>/**/*.integration.test.ts', '<rootDir>/test/harness/**/*.test.ts'];
const SYSTEM = ['<rootDir>/test/system/**/*.test.ts', '<rootDir>/test/cli/**/*.test.ts'];

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    // No type check here: `npm run types` is its own step.
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.everfill/'],
};

const services = {
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/harness/slow-tests.cjs'],
};

/** @type {import('jest').Config} */
module.exports = {
  // Jest ignores this in a project. Long, because a busy machine is no failed test.
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/harness/total-reporter.cjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '\\.integration\\.test\\.ts$',
        '<rootDir>/test/(?:harness|system|cli)/',
      ],
    },
    {
      ...shared,
      ...services,
      displayName: 'integration',
      testMatch: INTEGRATION,
    },
    { ...shared, ...services, displayName: 'system', testMatch: SYSTEM },
  ],
};
