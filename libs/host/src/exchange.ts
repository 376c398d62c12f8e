import { codeOf, departmentNameAt } from '@tongban/domain/catalogue';
import { nationalJson } from '@tongban/domain/exchange';
import { casesChangedAfter, findChangedCase } from '@tongban/feature/casework';
import type { CatalogueView } from '@tongban/feature/catalogue';
import {
  Exchange,
  exchangeInsertOnlyTables,
  exchangeMigrations,
  exchangeTables,
  ProvinceKeys,
  readExchangeTotals,
  readProvinceKeys,
  readProvinceSigner,
  type DepartmentSource,
  type ExchangeService,
  type ExchangeTools,
} from '@tongban/feature/exchange';
import { findRequest } from '@tongban/federation/nest';
import { prefixOf, type NodeCode } from '@tongban/kernel';
import { Gauge, type Logger, type Metrics } from '@tongban/platform/telemetry';
import { randomBytes } from 'node:crypto';
import type { CaseworkHost } from './casework-host.js';
import type { GatewayConfig } from './config.js';
import type { Tables } from './database.js';

export const exchangeHostTables: Tables = {
  migrations: exchangeMigrations,
  readWrite: exchangeTables,
  insertOnly: exchangeInsertOnlyTables,
};

export type RunningExchange = ExchangeService & { readonly exchange: Exchange };

/** The exchange of the gateway's node, wired to the cases and the catalogue that the gateway holds. */
export async function openExchange(
  config: GatewayConfig,
  node: NodeCode,
  host: CaseworkHost,
  logger: Logger,
  metrics: Metrics,
): Promise<RunningExchange> {
  const { transactor, sealer, federation, catalogue } = host;
  const clock = { now: (): number => Date.now() };
  const given = config.provinceReceiptKeys;
  const keys = new ProvinceKeys({
    ...{ node, transactor, fetch, clock },
    url: config.provinceUrl,
    ...(given === undefined ? {} : { given: await readProvinceKeys(given) }),
  });
  const tools: ExchangeTools = {
    ...{ node, transactor, sealer, clock },
    profile: nationalJson({ province: prefixOf(node) }),
    commands: federation.commands,
    requests: { find: findRequest },
    cases: { changedAfter: casesChangedAfter, find: findChangedCase },
    departments: departmentsOf(catalogue.view, config.demonstrationCodes === 'allowed'),
    province: { url: config.provinceUrl, signer: await readProvinceSigner(config.provinceKey), keys, fetch },
    random: { bytes: (length) => randomBytes(length) },
    log: (level, message, details) => logger[level](details ?? {}, message),
    alarm: (record, attempts) => logger.error({ record, attempts }, 'a report fails again and again'),
  };
  watchExchange(metrics, tools);
  return { tools, exchange: new Exchange(tools) };
}

const departmentsOf = (view: CatalogueView, demonstrating: boolean): DepartmentSource => ({
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

function watchExchange(metrics: Metrics, tools: ExchangeTools): void {
  const scope = { node: tools.node, profile: tools.profile.name };
  const totals = () => tools.transactor.run((sql) => readExchangeTotals(sql, scope));
  new Gauge({
    name: 'tongban_exchange_reports',
    help: 'Reports to the province by state.',
    labelNames: ['state'],
    registers: [metrics.registry],
    async collect() {
      for (const [state, count] of Object.entries((await totals()).reports)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'tongban_exchange_oldest_unsent_seconds',
    help: 'Age of the oldest report that waits to be sent or answered.',
    registers: [metrics.registry],
    async collect() {
      const { oldestUnsentAt } = await totals();
      this.set(oldestUnsentAt === null ? 0 : (tools.clock.now() - oldestUnsentAt) / 1000);
    },
  });
}
