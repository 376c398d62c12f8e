// npm audit of what runs in production: fails for a finding that is high or critical. A registry that answers no audits
// is no failure, for the machine that builds may stand behind a mirror; but it is said, and stands in the report.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, isMain, reportsDirectory, root, run, say } from '../bootstrap/project.mjs';

const auditTimeoutMs = 60_000;

/** What a report of `npm audit --json` means: findings to mend, or why there is none. */
export function verdictOf(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return { asked: false, reason: 'the answer was no JSON', findings: [] };
  }
  if (report.vulnerabilities === undefined) {
    return { asked: false, reason: report.error?.summary || report.message || 'no report', findings: [] };
  }
  const findings = Object.values(report.vulnerabilities)
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity, range }) => `${name} ${range}: ${severity}`);
  return { asked: true, findings };
}

const reportFile = join(reportsDirectory, 'audit.json');

/** What the newest audit could not say, in words for the end of a run; undefined when it was done. */
export function auditNotDone(text) {
  try {
    const { asked, reason } = JSON.parse(text);
    return asked === true ? undefined : `npm audit: the registry was not reachable for it (${reason ?? 'no reason'})`;
  } catch {
    return 'npm audit: no report of it';
  }
}
export function readAuditReport() {
  try {
    return readFileSync(reportFile, 'utf8');
  } catch {
    return '';
  }
}

async function audit() {
  const options = { cwd: root, timeoutMs: auditTimeoutMs };
  const { stdout } = await run('npm', ['audit', '--omit=dev', '--json'], options);
  const { asked, reason, findings } = verdictOf(stdout);
  mkdirSync(reportsDirectory, { recursive: true });
  const report = { at: new Date().toISOString(), asked, ...(asked ? {} : { reason }), findings };
  writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
  if (!asked) say(`audit: NOT DONE, the registry was not reachable for it (${reason})`);
  for (const finding of findings) say(`audit: ${finding}`);
  if (findings.length > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) await audit().catch(fail);
