import { defineConfig, globalIgnores } from 'eslint/config';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.ts', 'test/**/*.ts'];

/**
 * The import table again, as far as an editor can show it while one types; the whole of it, with
 * its reasons, is `.dependency-cruiser.cjs`.
 */
const FOREIGN = {
  domain: ['workflows', 'activities', 'schema', 'platform', 'api', 'workers', 'cli', 'test'],
  workflows: ['schema', 'platform', 'api', 'workers', 'cli', 'test'],
  schema: ['activities', 'platform', 'api', 'workers', 'cli', 'test'],
  platform: ['domain', 'activities', 'api', 'workers', 'cli', 'test'],
  invariants: ['activities', 'api', 'workers', 'cli', 'test'],
  activities: ['api', 'workers', 'cli', 'test'],
  api: ['activities', 'workers', 'cli', 'test'],
  workers: ['domain', 'api', 'cli', 'test'],
  cli: ['domain', 'activities', 'api', 'workers', 'test'],
  bench: ['api', 'workers', 'cli', 'test'],
  sdk: ['domain', 'workflows', 'activities', 'schema', 'platform', 'api', 'workers', 'cli', 'test'],
  chaos: ['activities', 'api', 'workers', 'cli', 'test'],
};

const fences = Object.entries(FOREIGN).map(([folder, foreign]) => ({
  files: [`${folder}/**/*.ts`],
  ignores: TESTS,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(?:\\.\\./)+(?:${foreign.join('|')})/`,
            message: `${folder}/ may not import this folder: see .dependency-cruiser.cjs.`,
          },
          ...(folder === 'domain'
            ? [{ regex: '^[^.]', message: 'domain/ imports nothing but itself.' }]
            : []),
        ],
      },
    ],
  },
}));

export default defineConfig([
  globalIgnores(['dist/', 'coverage/', '.everfill/', 'sdk/api.d.ts']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // bigint is a number to a reader too.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // It asks for the `!` that no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name, so that a thing is called the same everywhere.',
        },
      ],
    },
  },
  ...fences,
  {
    files: TESTS,
    extends: [jest.configs['flat/recommended'], jest.configs['flat/style']],
    rules: {
      // A test that meets the undefined it excluded fails, which is what a test is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Bodies of answers and Jest's own `expect.any` are `any`; the assertion is the check.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // A set-up asserts what its tests rely on.
      'jest/no-standalone-expect': 'off',
      // The body of a property is a function of its cases.
      'jest/no-conditional-expect': 'off',
      // Properties and shared checks assert through a function of their own.
      'jest/expect-expect': [
        'error',
        {
          assertFunctionNames: [
            'expect*',
            'assert*',
            'refuses',
            'withBankWatched',
            'fc.assert',
            '**.expect*',
          ],
        },
      ],
      'jest/valid-title': [
        'error',
        { ignoreTypeOfTestName: true, mustNotMatch: { test: '\\bshould\\b' } },
      ],
      'jest/consistent-test-it': ['error', { fn: 'test', withinDescribe: 'test' }],
    },
  },
  {
    // Jest asks for a default export here.
    files: ['test/harness/global-*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
]);
