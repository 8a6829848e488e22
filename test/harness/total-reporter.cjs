/** Jest reporter that ends the run's output with one line: `N passed, N failed`. */
'use strict';

const { writeSync } = require('node:fs');

const STDOUT = 1;

/** A test file that could not even be loaded counts as one failure. */
function formatTotals(results) {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  const line = `${results.numPassedTests} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

module.exports = class TotalReporter {
  onRunComplete(_contexts, results) {
    // At the very end, because Jest's own summary comes after the other reporters.
    process.once('exit', () => {
      writeSync(STDOUT, `${formatTotals(results)}\n`);
    });
  }
};
