import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { roles, separateRoles, type Role } from '@tongban/kernel';
import { z } from 'zod';
import { policy, type Operation } from './policy.js';
import type { Rule } from './rule.js';

const described = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'openapi');
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        'x-roles': z.array(z.enum(roles)).optional(),
        'x-division': z.string(),
        'x-audited': z.boolean().optional(),
        parameters: z.array(z.looseObject({ name: z.string() })).optional(),
      }),
    ),
  ),
});

/** Every operation of every app, as the apps describe themselves; that the descriptions are in step is checked apart. */
const operations = readdirSync(described)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const { paths } = documentSchema.parse(JSON.parse(readFileSync(join(described, name), 'utf8')));
    return Object.entries(paths).flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]) => ({ app: name, path, method, ...operation })),
    );
  });
const rules: Readonly<Record<string, Rule>> = policy;
const operationsOf = (role: Role): Operation[] =>
  (Object.keys(policy) as Operation[]).filter((name) => {
    const { roles: allowed }: Rule = policy[name];
    return allowed !== 'public' && allowed.includes(role);
  });

describe('the policy', () => {
  it('is what every route of every app goes by', () => {
    expect(operations.length).toBeGreaterThan(700);
    const other = operations
      .filter(({ operationId, ...told }) => {
        const rule = rules[operationId];
        if (rule === undefined) return true;
        const allowed = rule.roles === 'public' ? undefined : rule.roles;
        return JSON.stringify([allowed, rule.division]) !== JSON.stringify([told['x-roles'], told['x-division']]);
      })
      .map(({ app, operationId }) => `${app} ${operationId}`);
    expect(other).toEqual([]);
  });

  it('has no row without a route', () => {
    const served = new Set(operations.map(({ operationId }) => operationId));
    expect(Object.keys(policy).filter((name) => !served.has(name))).toEqual([]);
  });

  it('lets nobody in by mistake: public in both or neither, no role twice, machines nowhere', () => {
    for (const [name, { roles: allowed, division }] of Object.entries(rules)) {
      expect([name, allowed === 'public']).toEqual([name, division === 'public']);
      if (allowed === 'public') continue;
      expect([name, allowed.length > 0, new Set(allowed).size, allowed.includes('system')]).toEqual([
        ...[name, true, allowed.length, false],
      ]);
    }
  });

  it('keeps the three administrators apart: no operation is open to two of them', () => {
    const shared = Object.entries(rules)
      .filter(
        ([, { roles: allowed }]) =>
          allowed !== 'public' && separateRoles.filter((role) => allowed.includes(role)).length > 1,
      )
      .map(([name]) => name);
    expect(shared).toEqual([]);
    for (const role of separateRoles) expect([role, operationsOf(role).length > 0]).toEqual([role, true]);
  });

  it('gives the auditor the log and nothing else, and the security administrator logins, keys and the escrow', () => {
    expect(operationsOf('auditor').sort()).toEqual(['exportAudit', 'listAudit']);
    expect(operationsOf('security-administrator').sort()).toEqual([
      ...['listOfflineGrants', 'releaseToEscrow', 'revokeOfflineGrant', 'rotateDataKeys'],
    ]);
  });

  it('lets no administrator decide in a case or open anybody’s papers', () => {
    const business: readonly Operation[] = [
      ...(['acceptCase', 'decideCase', 'certifyCase', 'deliverResult', 'openDossier', 'openAttachment'] as const),
      ...(['openFeedbackDossier', 'archiveCase', 'copyOwnData', 'answerDataRequest', 'submitCase'] as const),
    ];
    for (const role of separateRoles)
      expect([role, operationsOf(role).filter((name) => business.includes(name))]).toEqual([role, []]);
  });

  it('answers nothing personal before the audit log has it, and nothing in full without a purpose', () => {
    const namesOf = (wanted: (operation: (typeof operations)[number]) => boolean): string[] =>
      [...new Set(operations.filter(wanted).map(({ operationId }) => operationId))].sort();
    // The case with its papers, what people filed, certificates, lists that leave the system, the province's words, the log.
    const audited = [
      ...['copyOwnData', 'exportAudit', 'exportCases', 'getDataRequest', 'getFeedbackProgress', 'listAudit'],
      ...['listDataAccesses', 'listReadings', 'openAttachment', 'openDossier', 'openExchangeOrder'],
      ...['openFeedbackDossier', 'openMandateEvidence', 'printDocument', 'printReceipt', 'releaseToEscrow'],
      ...['showVerification', 'verifyCertificate'],
    ];
    expect(namesOf((operation) => operation['x-audited'] === true)).toEqual(audited.sort());
    const withPurpose = namesOf(({ parameters = [] }) => parameters.some(({ name }) => name === 'purpose'));
    expect(withPurpose).toEqual([
      ...[
        'openAttachment',
        'openDossier',
        'openExchangeOrder',
        'openFeedbackDossier',
        'openMandateEvidence',
        'printDocument',
        'printReceipt',
      ],
    ]);
  });
});
