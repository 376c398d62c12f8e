import { codeOf, departmentNameAt } from '@tongban/domain/catalogue';
import type { DivisionTree } from '@tongban/domain/division';
import { chinaDateTime, profileOf } from '@tongban/domain/exchange';
import { casesChangedAfter, findChangedCases } from '@tongban/feature/casework';
import type { Catalogue, CatalogueView } from '@tongban/feature/catalogue';
import {
  Exchange,
  OpenedParts,
  exchangeInsertOnlyTables,
  exchangeMigrations,
  exchangeTables,
  ProvinceKeys,
  readExchangeTotals,
  readProvinceKeys,
  readRejects,
  type BaseCatalogue,
  type DepartmentSource,
  type ExchangeLog,
  type ExchangeService,
  type ExchangeTools,
  type TaskSource,
} from '@tongban/feature/exchange';
import { findRequest } from '@tongban/federation/nest';
import { prefixOf, tierOf, type NodeCode } from '@tongban/kernel';
import { readSigningKeys, SigningFile, type Signer } from '@tongban/platform/signing';
import { Gauge, type Logger, type Metrics } from '@tongban/platform/telemetry';
import { randomBytes } from 'node:crypto';
import { carrierOf, inboxOf, numberServiceOf, type ExchangeConfig } from './carriers.js';
import type { CaseworkHost } from './casework-host.js';
import type { Tables } from './database.js';

export const exchangeHostTables: Tables = {
  migrations: exchangeMigrations,
  readWrite: exchangeTables,
  insertOnly: exchangeInsertOnlyTables,
};

export interface RunningExchange {
  readonly service: ExchangeService;
  start(): Promise<void>;
  /** A hint that cases have changed. */
  wake(): void;
  stop(): Promise<void>;
}

type View = Pick<CatalogueView, 'departmentsOf' | 'itemsOf' | 'findItemVersion'>;

/** What the exchange takes from the host of its node. */
export interface ExchangeHost extends Pick<CaseworkHost, 'transactor' | 'sealer' | 'divisions' | 'attachments'> {
  readonly federation: { readonly commands: ExchangeTools['commands'] };
  readonly catalogue: { readonly view: View; readonly publish?: Pick<Catalogue['publish'], 'publish'> };
}

/** The exchange of the gateway's node with every platform of the configuration, over the cases and the catalogue it holds. */
export async function openExchange(
  config: ExchangeConfig,
  node: NodeCode,
  host: ExchangeHost,
  logger: Logger,
  metrics: Metrics,
): Promise<RunningExchange> {
  const { transactor, sealer, federation, catalogue } = host;
  const clock = { now: (): number => Date.now() };
  const log: ExchangeLog = (level, message, details) => logger[level](details ?? {}, message);
  const receiptKeys = config.provinceReceiptKeys;
  const given = receiptKeys === undefined ? {} : { given: await readProvinceKeys(receiptKeys) };
  const keysAt = (url: string): ProvinceKeys =>
    new ProvinceKeys({ ...{ node, transactor, fetch, clock, url }, ...given });
  const parts = { config, clock, log, keysAt, signer: await signerOf(config, log) };
  const opened = new OpenedParts(sealer, node, clock);
  const departments = departmentsOf(catalogue.view, config.demonstrationCodes === 'allowed');
  const lines = config.provinceProfiles.map((name) => {
    const numbering = config.provinceNumbering[name] ?? 'own';
    const profile = profileOf[name]({ province: prefixOf(node), numbering });
    const tools: ExchangeTools = {
      ...{ node, transactor, sealer, parts: opened, clock, log, profile },
      commands: federation.commands,
      requests: { find: findRequest },
      cases: { changedAfter: casesChangedAfter, find: findChangedCases },
      departments,
      ...(name === 'national-database' ? { tasks: tasksOf(catalogue.view, host.divisions, departments) } : {}),
      ...(numbering === 'service' ? { numbers: numberServiceOf(parts) } : {}),
      ...inboxOf(profile, parts),
      ...(catalogue.publish === undefined ? {} : { baseCatalogue: baseCatalogueOf(node, catalogue.publish) }),
      applications: { papers: host.attachments, isDivision: (code) => host.divisions.find(code) !== undefined },
      carrier: carrierOf(profile, parts),
      random: { bytes: (length) => randomBytes(length) },
      alarm: (record, attempts) => logger.error({ record, attempts, profile: name }, 'a report fails again and again'),
    };
    return { tools, exchange: new Exchange(tools) };
  });
  watchExchange(
    metrics,
    lines.map(({ tools }) => tools),
  );
  return {
    service: { node, lines },
    start: async () => void (await Promise.all(lines.map(({ exchange }) => exchange.start()))),
    wake: () => {
      for (const { exchange } of lines) exchange.wake();
    },
    stop: async () => {
      await Promise.all(lines.map(({ exchange }) => exchange.stop()));
      await Promise.all(lines.flatMap(({ tools }) => [tools.carrier.close?.(), tools.inbox?.close?.()]));
      opened.clear();
    },
  };
}

/** The province says its base catalogue itself: there is no second person to approve it here. */
const baseCatalogueOf = (node: NodeCode, catalogue: Pick<Catalogue['publish'], 'publish'>): BaseCatalogue => ({
  publish: (key, base) =>
    catalogue.publish({
      ...{ node, key, catalogue: { bases: [base] } },
      actor: { subject: 'provincial-platform', role: 'system', division: node },
    }),
});

/** The signing keys of the gateway: from a file that may be replaced while it runs, or from the environment. */
async function signerOf(config: ExchangeConfig, log: ExchangeLog): Promise<() => Promise<Signer>> {
  if (config.provinceKeyText !== undefined) {
    const keys = await readSigningKeys(config.provinceKeyText);
    return async () => keys.current(Date.now());
  }
  if (config.provinceKey === undefined)
    throw new Error('TONGBAN_PROVINCE_KEY or TONGBAN_PROVINCE_KEY_TEXT has to be set');
  const file = new SigningFile(config.provinceKey, (reason) =>
    log('error', 'the signing key file cannot be used, the keys read before go on', { reason }),
  );
  await file.current(Date.now());
  return () => file.current(Date.now());
}

/**
 * The items as the offices of the city's divisions exercise them: each level's items at each division of that level. A
 * division whose office has no registered credit code has none to report under.
 */
const tasksOf = (view: View, divisions: DivisionTree, departments: DepartmentSource): TaskSource => ({
  *published() {
    const today = chinaDateTime(Date.now(), 'dashed').slice(0, 10);
    for (const { code: node } of divisions.within([`${prefixOf(divisions.city)}*`]))
      for (const item of view.itemsOf(node, today)) {
        const department = item.level === tierOf(node) ? departments.find(node, item.departmentId) : undefined;
        if (department !== undefined) yield { node, item, department };
      }
  },
});

const departmentsOf = (view: View, demonstrating: boolean): DepartmentSource => ({
  find(node, departmentId) {
    const department = view.departmentsOf(node).find(({ id }) => id === departmentId);
    if (department === undefined) return undefined;
    const { uscc, isDemonstration } = codeOf(department, node);
    if (isDemonstration && !demonstrating) return undefined;
    return { name: departmentNameAt(department, node), uscc };
  },
  async materialNames(node, itemCode, version) {
    const item = view.findItemVersion(node, itemCode, version);
    return new Map(item.ok ? item.value.materials.map(({ code, name }) => [code, name]) : []);
  },
});

function watchExchange(metrics: Metrics, lines: readonly ExchangeTools[]): void {
  const totals = (tools: ExchangeTools) =>
    tools.transactor.run((sql) => readExchangeTotals(sql, { node: tools.node, profile: tools.profile.name }));
  new Gauge({
    name: 'tongban_exchange_reports',
    help: 'Reports to the province by profile and state.',
    labelNames: ['profile', 'state'],
    registers: [metrics.registry],
    async collect() {
      for (const tools of lines)
        for (const [state, count] of Object.entries((await totals(tools)).reports))
          this.set({ profile: tools.profile.name, state }, count);
    },
  });
  new Gauge({
    name: 'tongban_exchange_oldest_unsent_seconds',
    help: 'Age of the oldest report that waits to be sent or answered, by profile.',
    labelNames: ['profile'],
    registers: [metrics.registry],
    async collect() {
      for (const tools of lines) {
        const { oldestUnsentAt } = await totals(tools);
        const age = oldestUnsentAt === null ? 0 : (tools.clock.now() - oldestUnsentAt) / 1000;
        this.set({ profile: tools.profile.name }, age);
      }
    },
  });
  new Gauge({
    name: 'tongban_exchange_rejected_rows',
    help: 'Versions of rows that the province rejected, by profile and code.',
    labelNames: ['profile', 'code'],
    registers: [metrics.registry],
    async collect() {
      this.reset();
      for (const tools of lines) {
        const scope = { node: tools.node, profile: tools.profile.name };
        for (const { code, rows } of await tools.transactor.run((sql) => readRejects(sql, scope)))
          this.set({ profile: tools.profile.name, code }, rows);
      }
    },
  });
}
