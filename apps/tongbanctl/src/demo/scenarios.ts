import type { NodeCode } from '@tongban/kernel';
import type { Progress } from '../progress.js';
import type { Regime } from '@tongban/domain/catalogue';
import type { CaseWork } from './case-work.js';
import { demoHall, HallWork } from './hall-work.js';
import { pick, pickRegime, type Assortment, type Path, type UsableItem } from './items.js';
import { JointWork } from './joint-work.js';
import type { DoneCase } from './observe.js';
import { stationAt, type Station } from './places.js';
import type { Failure } from './report.js';
import { submitAtVillage, submitAtWindow, type Submission } from './submit.js';
import type { WorkTools } from './work-tools.js';

/** How a case of the main job must end: `granted` with a certificate, or without where the item has none. */
export type WantedClosing = 'granted' | 'refused' | 'withdrawn';

/** Cuts and heals the link between the city and what lies below it. */
export interface Link {
  cut(): Promise<void>;
  heal(): Promise<void>;
}

/** A document type that the province's list does not have for a natural person. */
const unknownToProvince = 'other';
const correctIdentity = 'residentIdentityCard';

/** The main job, scenario by scenario; what was done is collected for the checks of the end. */
export class Scenarios {
  readonly cases: DoneCase[] = [];
  readonly closings = new Map<string, WantedClosing>();
  readonly rejectedOnce: string[] = [];
  readonly failures: Failure[] = [];
  /** Joint cases that were approved as a whole. */
  readonly concluded: string[] = [];
  private toCorrect: CaseWork | undefined;
  private readonly turns = new Map<string, number>();

  constructor(
    private readonly tools: WorkTools,
    private readonly stations: readonly Station[],
    private readonly assortments: ReadonlyMap<NodeCode, Assortment>,
    private readonly city: NodeCode,
    private readonly progress: Progress,
  ) {}

  /** 1. Delegated to the township from acceptance to certificate. */
  async delegatedToTownship(): Promise<void> {
    const work = await this.begin('1 乡级全程办理（授权）', 'townshipDecides', 0, 'granted');
    await work.accept();
    await work.approve();
    await work.deliverAndRate();
  }

  /** 2. The township accepts, the one above decides, the result comes back. `upper` says who that is. */
  async decidedByDistrict(upper: string): Promise<void> {
    const work = await this.begin(`2 乡级受理、${upper}`, 'districtDecides', 1, 'granted');
    await work.accept();
    await work.approve();
    await work.deliverAndRate();
  }

  /** 3. The city decides, after a supplement. */
  async decidedByCity(): Promise<void> {
    const station = stationAt(this.stations, 2);
    const usable = this.next('cityDecides', station);
    const missing = lastRequired(usable);
    const work = await this.submit('3 市级决定，一次补正', { usable, station, without: [missing] }, 'granted');
    await work.askAndSupplement([missing]);
    await work.accept();
    await work.approve();
    await work.deliverAndRate();
  }

  /** 4. One refused with reasons, one withdrawn by the agent. */
  async refusedAndWithdrawn(): Promise<void> {
    const refused = await this.begin('4 不予许可，说明理由', 'townshipDecides', 0, 'refused');
    await refused.accept();
    await refused.refuse();
    const withdrawn = await this.begin('4 代办员撤回', 'townshipDecides', 1, 'withdrawn');
    // Accepted first: what was never accepted is no case of the province and waits on its list of held reports.
    await withdrawn.accept();
    await withdrawn.until(withdrawn.station.village, '受理', ({ status }) => status === 'accepted');
    await withdrawn.withdraw();
    await withdrawn.until(withdrawn.station.village, '撤回', ({ closing }) => closing === 'withdrawn');
  }

  /** 6, first half: a case with a code that the province will not take. It is corrected at the end. */
  async wronglyCoded(): Promise<void> {
    const station = stationAt(this.stations, 2);
    const usable = this.next('townshipDecides', station);
    const submission: Submission = { usable, station, identityType: unknownToProvince };
    const work = await this.submit('6 省平台退回，更正后接收', submission, 'granted');
    await work.accept();
    await work.approve();
    this.rejectedOnce.push(work.record);
    this.toCorrect = work;
  }

  /** 6, second half. */
  async correct(): Promise<void> {
    const work = this.toCorrect;
    if (work === undefined) throw new Error('没有可以更正的办件');
    await work.correct(correctIdentity);
    this.progress.note(`${work.submitted.number} 已按省平台退回意见更正`);
  }

  /** 5. Villages and townships go on while the city is cut off; afterwards everything arrives. */
  async whileCut(link: Link): Promise<void> {
    await link.cut();
    let waiting: CaseWork;
    try {
      const closed: CaseWork[] = [];
      for (const number of this.stations.keys()) {
        const work = await this.begin('5 断网期间乡级办结', 'townshipDecides', number, 'granted');
        await work.accept();
        await work.approve();
        await work.deliverAndRate();
        closed.push(work);
      }
      waiting = await this.begin('5 断网期间收件，恢复后市级决定', 'cityDecides', 0, 'granted');
      for (const work of [...closed, waiting]) await this.mustNotBeAtCity(work);
    } finally {
      await link.heal();
    }
    this.progress.note('链路已恢复');
    await waiting.accept();
    await waiting.approve();
    await waiting.deliverAndRate();
  }

  /** 7. On the spot: a number is taken in the hall and called; everything happens in one sitting at the window. */
  async onTheSpot(): Promise<void> {
    const { usable, station } = this.ofRegime('onTheSpot');
    const hall = new HallWork(this.tools.api.wire, station.township);
    const name = `${this.tools.nameOfNode(station.township)}便民服务中心`;
    await hall.publish(demoHall(name, [usable.item.code]));
    await hall.openWindow();
    const taken = await hall.takeTicket(usable.item.code);
    const called = await hall.callNext();
    await hall.serve(called);
    const work = await submitAtWindow(this.tools, { usable, station });
    this.note('7 即办件：取号、叫号、当场办结', work, 'granted');
    await work.onTheSpot();
    await hall.finish(called, [work.record]);
    await hall.closeWindow();
    this.progress.note(`${name}：取号 ${taken.number}，叫号 ${called.number}`);
  }

  /** 7. Reported up, with the first review here; controlled, with a definite reply; a fee, paid on line. */
  async ofOwnRegime(title: string, regime: Regime): Promise<void> {
    const work = await this.submit(`7 ${title}`, this.ofRegime(regime), 'granted');
    await work.accept();
    await work.approve();
    await work.deliverAndRate();
  }

  /** 7. One application for a family, four departments. */
  async joint(): Promise<void> {
    const joint = await JointWork.open(this.tools, stationAt(this.stations, 0));
    try {
      await joint.handleBranches();
    } finally {
      for (const { name, work } of joint.branches) this.note(`7 联办件“${joint.name}”：${name}`, work, 'granted');
    }
    const { number, closing } = await joint.conclude();
    if (closing === 'approved') this.concluded.push(number);
    this.progress.note(`联办件 ${number}“${joint.name}”：${joint.branches.length} 个分支全部办结`);
  }

  private ofRegime(regime: Regime): Submission {
    for (const station of this.stations) {
      const usable = pickRegime(this.assortmentOf(station), regime);
      if (usable !== undefined) return { usable, station };
    }
    throw new Error(`没有可以演示的事项：${regime}`);
  }

  private async mustNotBeAtCity(work: CaseWork): Promise<void> {
    if ((await this.tools.api.findCase(this.city, work.record)) === undefined) return;
    const detail = `${work.submitted.number} 在链路断开时到了市级`;
    this.failures.push({ check: '断网期间市级收不到办件', detail });
  }

  private begin(title: string, path: Path, station: number, closing: WantedClosing): Promise<CaseWork> {
    const at = stationAt(this.stations, station);
    return this.submit(title, { usable: this.next(path, at), station: at }, closing);
  }

  private async submit(title: string, submission: Submission, closing: WantedClosing): Promise<CaseWork> {
    const work = await submitAtVillage(this.tools, submission);
    this.note(title, work, closing);
    return work;
  }

  private note(title: string, work: CaseWork, closing: WantedClosing): void {
    this.cases.push({ title, work });
    this.closings.set(work.record, closing);
    this.progress.note(`${title}：${work.submitted.number} ${work.usable.item.name}`);
  }

  private assortmentOf({ village }: Station): Assortment {
    const assortment = this.assortments.get(village);
    if (assortment === undefined) throw new Error(`nothing is known of what ${village} offers`);
    return assortment;
  }

  /** The next item of a path at a station. */
  private next(path: Path, station: Station): UsableItem {
    const turn = this.turns.get(path) ?? 0;
    this.turns.set(path, turn + 1);
    return pick(this.assortmentOf(station), path, turn, station);
  }
}

/** The required material that the supplement will be about. */
function lastRequired({ item, materials }: UsableItem): string {
  const required = item.materials.filter(({ necessity }) => necessity === 'required').map(({ code }) => code);
  const last = materials.findLast((code) => required.includes(code));
  if (last === undefined) throw new Error(`事项 ${item.code} 没有必要材料，无法演示补正`);
  return last;
}
