// Everything that must hold before a change lands: format, lint, types, generated files, tests.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { auditNotDone, readAuditReport } from '../supply/audit.mjs';
import { install } from './install.mjs';
import { fail, isMain, productNode, root, run, say } from './project.mjs';

const stepTimeoutMs = 900_000;
const testTimeoutMs = 4_200_000;

const tool = (...path) => join(root, 'node_modules', ...path);

/** Programs that compare a committed generated file with what its generator makes now. */
function generatedChecks() {
  const folder = join(root, 'tools', 'gen');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.filter((name) => name.endsWith('.check.mjs')).map((name) => [join(folder, name)]);
}

const steps = () => [
  { name: 'format', runs: [[tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']] },
  {
    name: 'lint',
    runs: [
      [tool('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
      [join(root, 'tools', 'bootstrap', 'projects.mjs'), '--check'],
      [join(root, 'tools', 'bootstrap', 'cycles.mjs')],
    ],
  },
  {
    name: 'types',
    runs: ['tsconfig.json', 'tsconfig.console.json'].map((file) => [tool('typescript', 'bin', 'tsc'), '-p', file]),
  },
  {
    name: 'supply',
    runs: ['licences', 'sbom', 'audit'].map((name) => [join(root, 'tools', 'supply', `${name}.mjs`)]),
  },
  { name: 'generated', runs: generatedChecks() },
];

const seconds = (began) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

async function runStep({ name, runs }) {
  const began = Date.now();
  say(`\n== ${name}`);
  let passed = true;
  for (const args of runs) {
    const options = { timeoutMs: stepTimeoutMs, stdio: 'progress', env: { NX_DAEMON: 'false' } };
    const { status, timedOut } = await run(productNode(), args, options);
    if (timedOut) say(`${name}: stopped after ${stepTimeoutMs / 60_000} minutes`);
    if (status !== 0) passed = false;
  }
  say(`${name}: ${passed ? 'passed' : 'FAILED'} in ${seconds(began)}`);
  return passed ? [] : [name];
}

/** Runs every step, also after a failure: one run tells everything. The last line is the count line of the tests. */
async function check() {
  await install();
  const failed = [];
  for (const step of steps()) failed.push(...(await runStep(step)));
  const notDone = auditNotDone(readAuditReport());
  if (notDone !== undefined) say(`\nnot done: ${notDone}`);
  if (failed.length > 0) say(`\nfailed before the tests: ${failed.join(', ')}`);
  const { status } = await run(process.execPath, [join(root, 'tools', 'bootstrap', 'test.mjs'), '--all'], {
    timeoutMs: testTimeoutMs,
    stdio: 'inherit',
  });
  process.exitCode = status !== 0 || failed.length > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await check().catch(fail);
