// Counts from Jest's own report: what is printed is what ran.

export const noTests = { passed: 0, failed: 0, skipped: 0 };

/** A file that could not even be loaded counts as one failure: none of its tests ran. */
export const countsOf = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
  skipped: report.numPendingTests + report.numTodoTests,
});

export const sum = (left, right) => ({
  passed: left.passed + right.passed,
  failed: left.failed + right.failed,
  skipped: left.skipped + right.skipped,
});

export const ran = ({ passed, failed }) => passed + failed > 0;

export const countLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
