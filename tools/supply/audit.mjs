// npm audit of what runs in production: fails for a finding that is high or critical. A registry that answers no audits
// is said so and is no failure: the machine that builds may stand behind a mirror.
import { fail, isMain, root, run, say } from '../bootstrap/project.mjs';

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

async function audit() {
  const options = { cwd: root, timeoutMs: auditTimeoutMs };
  const { stdout } = await run('npm', ['audit', '--omit=dev', '--json'], options);
  const { asked, reason, findings } = verdictOf(stdout);
  if (!asked) say(`audit: the registry was not asked (${reason})`);
  for (const finding of findings) say(`audit: ${finding}`);
  if (findings.length > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) await audit().catch(fail);
