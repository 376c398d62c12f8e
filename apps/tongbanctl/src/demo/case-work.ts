import type { NodeCode } from '@tongban/kernel';
import { pause, poll } from '../progress.js';
import type { CaseAction, CaseView, Submitted } from './api.js';
import type { Somebody } from './wire.js';
import type { Applicant } from './applicants.js';
import { isBilled, projectsOf } from './fees.js';
import { RouteFailure } from './http.js';
import type { UsableItem } from './items.js';
import { usernameOf } from './people.js';
import { attach } from './attach.js';
import type { WorkTools } from './work-tools.js';
import type { Station } from './places.js';

const arrivalTimeoutMs = 60_000;
const pollMs = 60;
const staleRetries = 5;
const stalePauseMs = 100;

/** What is known of a case once it has been submitted. */
export interface Begun {
  readonly station: Station;
  readonly usable: Pick<UsableItem, 'item' | 'route'>;
  readonly applicant: Applicant;
  /** Where it was taken in. */
  readonly intake: NodeCode;
  readonly submitted: Pick<Submitted, 'record' | 'number'> & Partial<Pick<Submitted, 'queryCode'>>;
  /** Of the village's agent, where one submitted it. */
  readonly mandate?: string;
}

/** One case of the main job, from its submission on: every act by the person whose it is, with that person's token. */
export class CaseWork {
  constructor(
    private readonly tools: WorkTools,
    private readonly begun: Begun,
  ) {}

  get station(): Station {
    return this.begun.station;
  }
  get usable(): Begun['usable'] {
    return this.begun.usable;
  }
  get applicant(): Applicant {
    return this.begun.applicant;
  }
  get intake(): NodeCode {
    return this.begun.intake;
  }
  get submitted(): Begun['submitted'] {
    return this.begun.submitted;
  }
  private get mandate(): string {
    if (this.begun.mandate === undefined) throw new Error(`办件 ${this.submitted.number} 不是代办件`);
    return this.begun.mandate;
  }

  /** Of the payment platform, once the fee is paid. */
  receiptNumber: string | undefined;

  get record(): string {
    return this.submitted.record;
  }

  /**
   * An act by the owner's staff, or by somebody below it: then it travels, and the answer is awaited. The act depends
   * on what was read; where the case has moved on meanwhile it is read again.
   */
  async act(by: Somebody, action: CaseAction, fields: object): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { seq } = await this.at(by.at);
      try {
        const answer = await this.tools.api.act(by, this.record, action, fields, seq);
        if (answer.state === 'requested') await this.answered(by, answer.request, action);
        return;
      } catch (error) {
        const isStale = error instanceof RouteFailure && error.code === 'request.stale';
        if (!isStale || attempt === staleRetries) throw error;
        await pause(stalePauseMs * attempt, this.tools.signal);
      }
    }
  }

  /** Waits until `node` holds the case and `suits` likes what it shows. */
  async until(node: NodeCode, what: string, suits: (view: CaseView) => boolean): Promise<CaseView> {
    let last: CaseView | undefined;
    const found = await poll(
      async () => {
        last = await this.tools.api.findCase(node, this.record);
        return last !== undefined && suits(last) ? last : undefined;
      },
      { timeoutMs: arrivalTimeoutMs, intervalMs: pollMs, signal: this.tools.signal },
    );
    if (found !== undefined) return found;
    const seen = last === undefined ? '该级没有此件' : `状态 ${last.status}，由 ${last.owner} 办理，第 ${last.seq} 条`;
    const { number } = this.submitted;
    throw new Error(`办件 ${number}：${arrivalTimeoutMs / 1000} 秒内 ${node} ${what}没有发生（${seen}）`);
  }

  private at(node: NodeCode): Promise<CaseView> {
    return this.until(node, '收到该件', () => true);
  }

  arrivedAt = (node: NodeCode): Promise<CaseView> => this.until(node, '接收该件', ({ owner }) => owner === node);

  /** The clerk accepts; where another node decides, the case is handed over to it. */
  async accept(): Promise<void> {
    const { accept, decide } = this.usable.route;
    await this.arrivedAt(accept);
    await this.act({ role: 'clerk', at: accept }, 'acceptance', {});
    if (decide === accept) return;
    if (this.usable.item.regime === 'reportedUp') {
      const opinion = '经初审，申请材料齐全、情况属实，拟同意上报。';
      await this.act({ role: 'reviewer', at: accept }, 'review', { conclusion: 'agree', opinion });
    }
    await this.handOver(accept, decide, 'toDecide');
  }

  private async handOver(from: NodeCode, to: NodeCode, reason: string): Promise<void> {
    await this.act({ role: 'clerk', at: from }, 'hand-over', { to, reason });
  }

  /** The approver grants; the paper is made where the route says. */
  async approve(): Promise<void> {
    const { decide, certify } = this.usable.route;
    await this.until(decide, '可以决定', ({ owner, status }) => owner === decide && status === 'accepted');
    await this.collect();
    const opinion = '经审核，符合规定条件，材料齐全，同意办理。';
    await this.act({ role: 'approver', at: decide }, 'decision', {
      ...{ outcome: 'approve', opinion },
      ...this.replied('经审核，你的申请符合规定条件，准予办理。'),
    });
    const decided = await this.until(decide, '作出决定', ({ status }) => status !== 'accepted');
    if (decided.status === 'closed') return;
    if (certify !== decide) await this.handOver(decide, certify, 'toCertify');
    await this.until(certify, '可以制证', ({ owner }) => owner === certify);
    await this.act({ role: 'clerk', at: certify }, 'certificate', {});
  }

  /** 扎口收费: the notice by whoever decides, the money from the resident to the payment platform, which is then asked. */
  private async collect(): Promise<void> {
    const billed = this.usable.item.fees?.flatMap((project) => (isBilled(project) ? [project] : [])) ?? [];
    if (billed.length === 0) return;
    const { decide } = this.usable.route;
    const resident: Somebody = { role: 'resident', at: this.station.village };
    const { api } = this.tools;
    await this.act({ role: 'clerk', at: decide }, 'payment-notice', projectsOf(billed));
    this.receiptNumber = await api.pay(decide, await api.payCode(resident, decide, this.record));
    await api.confirmPayment(resident, decide, this.record);
    await this.until(decide, '确认到账', ({ state }) => state.fee.status === 'paid');
  }

  /** 即办: received, decided and handed over in one sitting. */
  async onTheSpot(): Promise<void> {
    const { accept } = this.usable.route;
    await this.act({ role: 'clerk', at: accept }, 'on-the-spot', {
      opinion: '经当场审核，材料齐全、符合条件，予以办理。',
      method: 'window',
      recipient: this.applicant.name,
    });
  }

  /** A controlled item wants a definite reply with its decision (明确答复). */
  private replied(reply: string): { reply?: string } {
    return this.usable.item.regime === 'controlled' ? { reply } : {};
  }

  async refuse(): Promise<void> {
    const { decide } = this.usable.route;
    await this.until(decide, '可以决定', ({ owner, status }) => owner === decide && status === 'accepted');
    await this.act({ role: 'approver', at: decide }, 'decision', {
      outcome: 'refuse',
      opinion: '经核查，申请人不符合该事项规定的条件，不予批准。',
      reasonCode: 'conditionsNotMet',
      reason: '经入户核查，申请人家庭情况与申请材料所述不符，不符合规定条件。',
      legalBasis: '《中华人民共和国行政许可法》第三十八条第二款',
      ...this.replied('经审核，你的申请不符合规定条件，不予批准，理由和救济途径见决定书。'),
      remedies: '如不服本决定，可自收到之日起六十日内申请行政复议，或者自知道之日起六个月内提起行政诉讼。',
    });
  }

  /** The clerk asks once for everything that is missing; the agent hands it in. */
  async askAndSupplement(materials: readonly string[]): Promise<void> {
    const { accept } = this.usable.route;
    const { village } = this.station;
    const agent: Somebody = { role: 'agent', at: village };
    await this.arrivedAt(accept);
    const text = '申请材料不齐，请一次性补齐告知书所列材料。';
    await this.act({ role: 'clerk', at: accept }, 'supplement-request', { materials, text });
    await this.until(village, '收到补正告知', ({ status }) => status === 'supplementing');
    const attachments = await attach(this.tools, agent, this.applicant, [], materials);
    await this.act(agent, 'supplement', { mandate: this.mandate, attachments });
    await this.until(accept, '收到补正材料', ({ status }) => status === 'submitted');
  }

  async withdraw(): Promise<void> {
    const fields = { mandate: this.mandate, reasonCode: 'materialsNotReady', reason: '申请人材料尚未备齐，改日再办。' };
    await this.act({ role: 'agent', at: this.station.village }, 'withdrawal', fields);
  }

  /** The village hands over the result and the resident says what it was like. */
  async deliverAndRate(): Promise<void> {
    const { village } = this.station;
    await this.until(village, '收到办理结果', ({ status }) => status === 'closed');
    await this.act({ role: 'agent', at: village }, 'delivery', { method: 'village', recipient: this.applicant.name });
    await this.act({ role: 'resident', at: village }, 'rating', {
      // Of the receipt: the agent applied, so that the applicant's own login says nothing.
      ...(this.submitted.queryCode === undefined ? {} : { code: this.submitted.queryCode }),
      level: 'verySatisfied',
      channel: 'mobile',
      text: '在村里就办好了，不用跑镇上。',
    });
  }

  /** The clerk of the owner mends what the province would not take. */
  async correct(identityType: string): Promise<void> {
    const owner = this.usable.route.certify;
    const rejected = ({ reports }: CaseView): boolean =>
      Object.values(reports).some(({ outcome }) => outcome === 'rejected');
    await this.until(owner, '收到省级退回', rejected);
    const fields = { changes: { identityType }, reasonCode: 'provinceRejected' };
    await this.act({ role: 'clerk', at: owner }, 'correction', fields);
  }

  private async answered(by: Somebody, request: string, action: CaseAction): Promise<void> {
    const answer = await poll(
      async () => {
        const state = await this.tools.api.request(by, request);
        return state.state === 'pending' ? undefined : state;
      },
      { timeoutMs: arrivalTimeoutMs, intervalMs: pollMs, signal: this.tools.signal },
    );
    const route = `${action}（${usernameOf(by.role, by.at)}，请求 ${request}）`;
    if (answer === undefined) throw new Error(`${route}：${arrivalTimeoutMs / 1000} 秒内没有答复`);
    if (answer.state === 'refused') throw new RouteFailure(route, 202, answer.code ?? '', answer.detail ?? '');
  }
}
