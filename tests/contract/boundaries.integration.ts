import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const timeoutMs = 120_000;
jest.setTimeout(timeoutMs);

const root = join(import.meta.dirname, '..', '..');
const eslint = join(root, 'node_modules', 'eslint', 'bin', 'eslint.js');
const boundary = '@nx/enforce-module-boundaries';

/** Files of a pure library, the rule that refuses each, and a word of what it says; an absent rule: it is allowed. */
const cases: readonly { name: string; text: string; rule?: string; says?: string }[] = [
  { name: 'allowed-library', text: "export { ok } from '@tongban/kernel';" },
  { name: 'allowed-package', text: "import { z } from 'zod';\nexport const schema = z.string();" },
  { name: 'framework', text: "export { Injectable } from '@nestjs/common';", rule: boundary, says: '@nestjs/common' },
  { name: 'database', text: "export { Client } from 'pg';", rule: boundary, says: '"pg"' },
  { name: 'type-only', text: "export type { Client } from 'pg';", rule: boundary, says: '"pg"' },
  { name: 'deep', text: "export { connect } from '@nats-io/transport-node';", rule: boundary, says: '@nats-io' },
  { name: 'dynamic', text: "export const load = () => import('typeorm');", rule: boundary, says: 'typeorm' },
  {
    name: 'platform',
    text: "export { startNats } from '@tongban/platform/local';",
    rule: boundary,
    says: 'layer:kernel',
  },
  { name: 'testkit', text: "export { seeded } from '@tongban/testkit';", rule: boundary, says: 'layer:domain' },
  {
    name: 'relative',
    text: "export { ok } from '../../../../kernel/src/result.js';",
    rule: boundary,
    says: 'relative',
  },
  { name: 'files', text: "export { readFileSync } from 'node:fs';", rule: 'no-restricted-imports', says: 'pure' },
  {
    name: 'environment',
    text: 'export const home = process.env.HOME;',
    rule: 'no-restricted-properties',
    says: 'config',
  },
  { name: 'time', text: 'export const now = () => Date.now();', rule: 'no-restricted-syntax', says: 'Clock' },
  { name: 'barrel', text: "export * from '@tongban/kernel';", rule: 'no-restricted-syntax', says: 'barrels' },
  { name: 'default', text: 'export default 1;', rule: 'no-restricted-exports', says: 'default' },
  { name: 'any', text: 'export const hole: any = 1;', rule: '@typescript-eslint/no-explicit-any', says: 'any' },
];

interface FileResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const lint = (folder: string): Promise<{ status: number; results: readonly FileResult[] }> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [eslint, '--format', 'json', folder], { cwd: root }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code);
      if (status > 1 || Number.isNaN(status)) reject(new Error(stderr));
      else resolve({ status, results: JSON.parse(stdout) as FileResult[] });
    });
  });

describe('layer boundaries', () => {
  const folder = mkdtempSync(join(root, 'libs', 'domain', 'division', 'src', 'boundaries-'));
  const fileOf = (name: string): string => join(folder, `${name}.ts`);
  let found: readonly FileResult[];

  beforeAll(async () => {
    for (const { name, text } of cases) writeFileSync(fileOf(name), `${text}\n`);
    const { status, results } = await lint(folder);
    expect(status).toBe(1);
    found = results;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(cases)('$name', ({ name, rule, says }) => {
    const messages = found.find(({ filePath }) => filePath === fileOf(name))?.messages ?? [];
    const ofRule = messages.filter(({ ruleId }) => ruleId === rule);
    if (rule === undefined) expect(messages).toEqual([]);
    else expect(ofRule.map(({ message }) => message).join('\n')).toContain(says);
  });

  it('passes once the forbidden files are gone', async () => {
    for (const { name, rule } of cases) if (rule !== undefined) rmSync(fileOf(name));
    expect((await lint(folder)).status).toBe(0);
  });
});
