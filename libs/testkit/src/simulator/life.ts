import { caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import { derivedId, type CommandInput } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { ok, tierOf, type NodeCode, type Uuid } from '@tongban/kernel';
import { nextNumber } from './case-binding.js';
import type { Chance } from './chance.js';
import type { Checker } from './checker.js';
import { keyOf } from './memory-database.js';
import { planStep, planSubmission, type Plan } from './plans.js';
import type { SimHost } from './sim-host.js';
import type { VirtualTime } from './virtual-time.js';

const limits = { answerWithinMs: 30_000, leastRetryMs: 2_000, longestRetryMs: 120_000, tries: 4 } as const;

export interface LifeWorld {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly checker: Checker;
  readonly nodes: readonly NodeCode[];
  hostOf(node: NodeCode): SimHost;
  note(text: string): void;
}

type Input = CommandInput<CaseState, CaseCommand>;

/** People: they submit cases, work on them where they see them, and try again when they get no answer. */
export class Life {
  commands = 0;
  private readonly records: Uuid[] = [];
  private stopped = false;

  constructor(private readonly world: LifeWorld) {}

  /** From now on nobody begins anything, nor tries again. */
  stop(): void {
    this.stopped = true;
  }

  act(): void {
    if (this.stopped) return;
    const { chance, nodes } = this.world;
    if (this.records.length === 0 || chance.happens(0.2)) {
      const places = nodes.filter((node) => ['village', 'township', 'district'].includes(tierOf(node)));
      return this.submit(chance.pick(places));
    }
    // The newest cases are those that something happens to.
    const record = this.records[Math.max(0, this.records.length - chance.between(1, 8))]!;
    const seen = this.lookAt(record);
    if (seen === undefined) return;
    const plan = planStep(chance, seen.state, seen.node);
    if (plan !== undefined) this.do(seen.node, record, plan, chance.happens(0.3) ? seen.state.seq : undefined);
  }

  private submit(node: NodeCode): void {
    const { chance, nodes } = this.world;
    const key = chance.uuid();
    const record = derivedId(key, caseRecordClass);
    this.records.push(record);
    this.try(this.inputOf(node, record, key, planSubmission(chance, node, nodes), undefined), 1);
  }

  private do(node: NodeCode, record: Uuid, plan: Plan, expectedSeq: number | undefined): void {
    this.try(this.inputOf(node, record, this.world.chance.uuid(), plan, expectedSeq), 1);
  }

  /** A holder of the record, its owner more often than not, and what is seen there. */
  private lookAt(record: Uuid): { node: NodeCode; state: CaseState } | undefined {
    const { chance, nodes } = this.world;
    const copies = nodes.flatMap((node) => {
      const state = this.world.hostOf(node).database.committed.state.get(keyOf(node, record)) as CaseState | undefined;
      return state === undefined ? [] : [{ node, state }];
    });
    if (copies.length === 0) return undefined;
    const owners = copies.filter(({ node, state }) => state.owner === node);
    return chance.pick(owners.length > 0 && chance.happens(0.7) ? owners : copies);
  }

  private inputOf(node: NodeCode, record: Uuid, key: Uuid, plan: Plan, expectedSeq: number | undefined): Input {
    const { command, role, subject } = plan;
    return {
      ...{ node, key, record, recordClass: caseRecordClass },
      digest: sm3(Buffer.from(JSON.stringify(command))),
      begins: command.type === 'submit',
      ...(expectedSeq === undefined ? {} : { expectedSeq }),
      command: async (sql) => {
        if (!('sequence' in command)) return ok(command);
        return ok({ ...command, sequence: await nextNumber(sql, node, this.world.hostOf(node).now()) });
      },
      actor: { subject, role, division: node },
      occurredAt: this.world.hostOf(node).now(),
    };
  }

  /** Without an answer in time, the person tries again with the same key, at most a few times. */
  private try(input: Input, attempt: number): void {
    const { time, chance, checker, note } = this.world;
    const host = this.world.hostOf(input.node);
    let answered = false;
    const again = (): void => {
      if (answered || this.stopped || attempt >= limits.tries) return;
      answered = true;
      time.after(chance.between(limits.leastRetryMs, limits.longestRetryMs), () => {
        if (!this.stopped) this.try(input, attempt + 1);
      });
    };
    time.after(limits.answerWithinMs, again);
    const running = host.running;
    if (running === undefined) return;
    this.commands++;
    void running.commands.execute(input).then(
      (result) => {
        if (!result.ok) {
          note(`${input.node} refuses ${input.key}: ${result.refusal.code}`);
          if (['service.unavailable', 'link.parked'].includes(result.refusal.code)) again();
          answered = true;
          return;
        }
        answered = true;
        const { record, state } = result.value;
        checker.acknowledge({ node: input.node, key: input.key, record, state });
        // Some people press the button twice.
        if (!this.stopped && chance.happens(0.05)) this.try(input, limits.tries);
      },
      (error: unknown) => {
        note(`${input.node} fails at ${input.key}: ${String(error)}`);
        again();
      },
    );
  }
}
