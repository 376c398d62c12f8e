import type { DivisionTree } from '@tongban/domain/division';
import type { Catalogue } from '@tongban/domain/catalogue';
import type { NodeCode } from '@tongban/kernel';
import type { Prepared } from '../city/environment.js';
import type { Layout } from '../city/layout.js';
import { gatewayNode } from '../city/plan.js';
import type { RunningCity } from '../city/running-city.js';
import { Interrupted, type Progress } from '../progress.js';
import { Api, type OfferedItem } from './api.js';
import type { WorkTools } from './case-work.js';
import { catalogueFor, loadCatalogue, publishAndSpread } from './catalogue.js';
import { countsOf, failuresOf } from './checks.js';
import { sortOut, type Assortment } from './items.js';
import { observeSettled } from './observe.js';
import { readDemoPeople } from './people.js';
import { chooseStations, type Station } from './places.js';
import type { Failure, Report } from './report.js';
import { Scenarios } from './scenarios.js';
import { Tokens } from './tokens.js';

const memoryLimitMegabytes = 2_500;

export interface MainJobOptions {
  readonly city: RunningCity;
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly divisions: DivisionTree;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

const chinaOffsetMs = 8 * 60 * 60 * 1000;
const chinaDate = (at: number): string => new Date(at + chinaOffsetMs).toISOString().slice(0, 10);

/** The most memory that was seen; asked between the scenarios. */
class MemoryPeak {
  private most = 0;

  constructor(private readonly city: RunningCity) {}

  look(): void {
    this.most = Math.max(this.most, this.city.memoryMegabytes());
  }

  get megabytes(): number {
    return this.most;
  }
}

function apiOf({ city, layout, signal, now }: MainJobOptions): Api {
  const tokens = new Tokens(city.identityUrl, readDemoPeople(layout.demoUsers), signal, now);
  return new Api({ urls: city.urls, provinceUrl: city.provinceUrl, tokens, signal });
}

async function publish(api: Api, stations: readonly Station[], options: MainJobOptions): Promise<Catalogue> {
  const { prepared, divisions, progress, signal, now } = options;
  const catalogue = catalogueFor(loadCatalogue(prepared.catalogueDirectory), divisions.city);
  const { items, departments, delegations } = catalogue;
  progress.step(`发布事项目录：${departments.length} 个部门、${items.length} 个事项、${delegations.length} 条授权`);
  const nodes = new Set<NodeCode>([divisions.city]);
  for (const { village, township, above } of stations) for (const node of [above, township, village]) nodes.add(node);
  const places = { city: divisions.city, nodes: [...nodes], on: chinaDate(now()) };
  await publishAndSpread(api, catalogue, places, progress, signal);
  return catalogue;
}

/** What each station's village offers, asked of the village itself. */
async function assortmentsOf(
  api: Api,
  stations: readonly Station[],
  city: NodeCode,
): Promise<ReadonlyMap<NodeCode, Assortment>> {
  const assortments = new Map<NodeCode, Assortment>();
  for (const station of stations) {
    const items: OfferedItem[] = [];
    for (const code of await api.offeredCodes(station.village))
      items.push(await api.offeredItem(station.village, code));
    assortments.set(station.village, sortOut(items, station, city));
  }
  return assortments;
}

/** The scenarios one after the other. One that fails is named at the end; the others are done all the same. */
async function play(scenarios: Scenarios, { city, progress }: MainJobOptions, memory: MemoryPeak): Promise<void> {
  const step = async (text: string, act: () => Promise<void>): Promise<void> => {
    progress.step(text);
    try {
      await act();
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      progress.warn(detail);
      scenarios.failures.push({ check: text, detail });
    }
    memory.look();
  };
  await step('1 村代办，授权乡级受理、决定、制证', () => scenarios.delegatedToTownship());
  await step('2 乡级受理，县级决定', () => scenarios.decidedByDistrict());
  await step('3 市级决定，中途补正一次', () => scenarios.decidedByCity());
  await step('4 一件不予许可，一件撤回', () => scenarios.refusedAndWithdrawn());
  await step('6 一件带有省平台不认的代码', () => scenarios.wronglyCoded());
  await step('5 断开市级与下级的链路，村、乡继续办理', () => scenarios.whileCut(city.link));
  await step('6 省平台退回，更正后重报', () => scenarios.correct());
}

/**
 * The main job on a running city, through the public API, as the persons themselves; then every holder of every case is
 * asked whether all of it held.
 * @throws Error when the catalogue could not be published: naming the route, the person and the refusal
 */
export async function runMainJob(options: MainJobOptions): Promise<Report> {
  const { city, divisions, progress, signal, now } = options;
  const began = now();
  const memory = new MemoryPeak(city);
  const api = apiOf(options);
  const stations = chooseStations(divisions);
  const catalogue = await publish(api, stations, options);
  const assortments = await assortmentsOf(api, stations, divisions.city);
  const nameOfNode = (node: NodeCode): string => divisions.find(node)?.name ?? node;
  const tools: WorkTools = { api, signal, now, nameOfNode };
  const scenarios = new Scenarios(tools, stations, assortments, divisions.city, progress);
  await play(scenarios, options, memory);
  progress.step('核对：逐一询问每个持有节点和省平台');
  const gateway = gatewayNode(divisions.city);
  const observations = await observeSettled(api, scenarios.cases, gateway, progress, signal);
  memory.look();
  const totals = {
    nodes: Object.values(divisions.count()).reduce((sum, count) => sum + count, 0),
    items: catalogue.items.length,
    departments: catalogue.departments.length,
    ...countsOf(observations),
    elapsedSeconds: Math.round((now() - began) / 100) / 10,
    rssMegabytes: memory.megabytes,
  };
  const failures = [
    ...scenarios.failures,
    ...failuresOf(observations, scenarios),
    ...cityFailures(city, totals.rssMegabytes),
  ];
  return { observations, totals, failures };
}

function cityFailures(city: RunningCity, rssMegabytes: number): Failure[] {
  const failed = city.failed();
  return [
    ...(failed.length > 0 ? [{ check: '全部进程运行', detail: failed.join('、') }] : []),
    ...(rssMegabytes > memoryLimitMegabytes
      ? [{ check: `内存不超过 ${memoryLimitMegabytes} MB`, detail: `${rssMegabytes} MB` }]
      : []),
  ];
}
