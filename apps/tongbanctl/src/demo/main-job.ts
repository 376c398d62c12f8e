import type { DivisionTree } from '@tongban/domain/division';
import type { Catalogue } from '@tongban/domain/catalogue';
import type { NodeCode } from '@tongban/kernel';
import type { Prepared } from '../city/environment.js';
import type { Layout } from '../city/layout.js';
import { gatewayNode } from '../city/plan.js';
import type { RunningCity } from '../city/running-city.js';
import { Interrupted, type Progress } from '../progress.js';
import { Api, type OfferedItem } from './api.js';
import { Wire } from './wire.js';
import type { WorkTools } from './work-tools.js';
import { agentsFor } from './agents.js';
import { catalogueFor, loadCatalogue } from './catalogue.js';
import { countsOf, failuresOf, regimeFailures, regimesOf } from './checks.js';
import { sortOut, type Assortment } from './items.js';
import { observeSettled } from './observe.js';
import { readDemoPeople } from './people.js';
import { chooseStations, type Station } from './places.js';
import type { Failure, Report, Totals } from './report.js';
import { Scenarios } from './scenarios.js';
import {
  changeAndSpread,
  newestNodes,
  publishAndSpread,
  waitForEveryNode,
  type Change,
  type Spreading,
} from './spread.js';
import { Tokens } from './tokens.js';

const memoryLimitMegabytes = 2_500;
/** A carrier of its own at the gateway, and the stand-in's tables. */
const memoryPerFurtherProfileMegabytes = 50;

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
  return new Api(new Wire({ urls: city.urls, provinceUrl: city.provinceUrl, tokens, signal }));
}

function spreadingOf(api: Api, stations: readonly Station[], options: MainJobOptions): Spreading {
  const { divisions, progress, signal, now } = options;
  const nodes = new Set<NodeCode>([divisions.city]);
  for (const { village, township, above } of stations) for (const node of [above, township, village]) nodes.add(node);
  return { ...{ api, progress, signal, nodes: [...nodes] }, city: divisions.city, on: chinaDate(now()) };
}

async function publish(
  spreading: Spreading,
  stations: readonly Station[],
  nameOfNode: (node: NodeCode) => string,
  options: MainJobOptions,
): Promise<Catalogue> {
  const { prepared, divisions, progress } = options;
  const catalogue = catalogueFor(loadCatalogue(prepared.catalogueDirectory), divisions.city);
  const { items, departments, delegations } = catalogue;
  const agents = agentsFor(catalogue, stations, nameOfNode, spreading.on);
  progress.step(
    `发布事项目录：${departments.length} 个部门、${items.length} 个事项、${delegations.length} 条授权，公布 ${agents.length} 名代办员`,
  );
  await publishAndSpread(spreading, { ...catalogue, agents });
  progress.note('全部区划已有最新目录');
  return catalogue;
}

/** One item is revised at the city; a village shows it. Of the items offered there the first by code is taken. */
async function reviseOne(
  spreading: Spreading,
  catalogue: Catalogue,
  { village }: Station,
  progress: Progress,
): Promise<Change> {
  const [code] = (await spreading.api.offeredCodes(village)).sort();
  const item = catalogue.items.find((candidate) => candidate.code === code);
  if (item === undefined) throw new Error(`${village} 没有可修订的事项`);
  progress.step(`市级修订事项 ${item.name}，由另一人核准后发布`);
  const change = await changeAndSpread(spreading, item, village);
  progress.note(`第 ${change.version} 版 ${change.seconds} 秒后在全部区划可用，${village} 已按新版本显示`);
  return change;
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
async function play(
  scenarios: Scenarios,
  { city, progress, divisions }: MainJobOptions,
  memory: MemoryPeak,
): Promise<void> {
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
  // Its branches wait for each other: meanwhile everybody else works.
  const joint = step('7 联办件：一表申请，各分支与以下各步同时办理', () => scenarios.joint());
  joint.catch(() => undefined);
  await step('1 村代办，授权乡级受理、决定、制证', () => scenarios.delegatedToTownship());
  const upper = divisions.count().district === 0 ? '市级决定（本市不设区县）' : '县级决定';
  await step(`2 乡级受理，${upper}`, () => scenarios.decidedByDistrict(upper));
  await step('3 市级决定，中途补正一次', () => scenarios.decidedByCity());
  await step('4 一件不予许可，一件撤回', () => scenarios.refusedAndWithdrawn());
  await step('6 一件带有省平台不认的代码', () => scenarios.wronglyCoded());
  await step('5 断开市级与下级的链路，村、乡继续办理', () => scenarios.whileCut(city.link));
  await step('6 省平台退回，更正后重报', () => scenarios.correct());
  progress.step('7 六种办件类型各办一件');
  await Promise.all([
    step('7 即办件', () => scenarios.onTheSpot()),
    joint,
    step('7 上报件', () => scenarios.ofOwnRegime('上报件：本级初审、上级决定', 'reportedUp')),
    step('7 明确答复件', () => scenarios.ofOwnRegime('明确答复件：书面答复', 'controlled')),
    step('7 扎口收费件', () => scenarios.ofOwnRegime('扎口收费件：网上缴费后出证', 'feeCounter')),
  ]);
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
  const spreading = spreadingOf(api, stations, options);
  const nameOfNode = (node: NodeCode): string => divisions.find(node)?.name ?? node;
  const catalogue = await publish(spreading, stations, nameOfNode, options);
  const change = await reviseOne(spreading, catalogue, stations[0]!, progress);
  const assortments = await assortmentsOf(api, stations, divisions.city);
  const tools: WorkTools = { api, signal, now, nameOfNode };
  const scenarios = new Scenarios(tools, stations, assortments, divisions.city, progress);
  await play(scenarios, options, memory);
  progress.step('核对：逐一询问每个持有节点和省平台');
  const province = { gateway: gatewayNode(divisions.city), profiles: city.profiles };
  const observations = await observeSettled(api, scenarios.cases, province, progress, signal);
  memory.look();
  const standing = await waitForEveryNode(spreading);
  const totals = {
    nodes: Object.values(divisions.count()).reduce((sum, count) => sum + count, 0),
    items: catalogue.items.length,
    departments: catalogue.departments.length,
    delegations: catalogue.delegations.length,
    nodesWithNewestCatalogue: newestNodes(standing, divisions.city),
    ...countsOf(observations),
    regimes: regimesOf(observations, scenarios.concluded),
    elapsedSeconds: Math.round((now() - began) / 100) / 10,
    rssMegabytes: memory.megabytes,
  };
  const failures = [
    ...regimeFailures(totals.regimes),
    ...scenarios.failures,
    ...failuresOf(observations, scenarios),
    ...cityFailures(city, totals),
  ];
  return { observations, totals, change, failures };
}

function cityFailures(city: RunningCity, { rssMegabytes, nodes, nodesWithNewestCatalogue }: Totals): Failure[] {
  const failed = city.failed();
  const mostMegabytes = memoryLimitMegabytes + (city.profiles.length - 1) * memoryPerFurtherProfileMegabytes;
  return [
    ...(nodesWithNewestCatalogue === nodes
      ? []
      : [{ check: '全部区划有最新目录', detail: `${nodesWithNewestCatalogue} / ${nodes}` }]),
    ...(failed.length > 0 ? [{ check: '全部进程运行', detail: failed.join('、') }] : []),
    ...(rssMegabytes > mostMegabytes
      ? [{ check: `内存不超过 ${mostMegabytes} MB`, detail: `${rssMegabytes} MB` }]
      : []),
  ];
}
