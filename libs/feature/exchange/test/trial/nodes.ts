/** The nodes beside the gateway: what the portal sends down becomes entries and cases of theirs, by the real rules. */
import { randomUUID } from 'node:crypto';
import { caseRecordClass } from '@tongban/domain/casework';
import { intakeRecordClass, intakeRules, type IntakeCommand, type IntakeState } from '@tongban/domain/exchange';
import { derivedId, type CommandInput, type Commands } from '@tongban/federation/nest';
import { chainStart, hashEntry, insertEntries } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  ownershipTypes,
  refuse,
  type Draft,
  type JsonObject,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { z } from 'zod';
import { intakeBinding, IntakeRounds, type ExchangeTools, type IntakeCases, type PaperStore } from '../../src/index.js';
import { findIntake } from '../../src/intake/intake-store.js';
import { listOrders } from '../../src/store/order-store.js';
import { answerOrder } from '../../src/usecase/answer-order.js';
import { CaseBench, pin, province, township } from '../case-bench.js';
import type { Gateway } from '../gateway.js';

type IntakeInput = CommandInput<IntakeState, IntakeCommand>;

const holders: readonly NodeCode[] = [province, township];
const rules = intakeRules();
const submitted = z.looseObject({
  item: z.string(),
  applicant: z.object({ name: z.string(), identityNumber: z.string(), phone: z.string() }),
});
/** Case numbers of a day count up to 99,999 per node; the trial's own cases take the first ones. */
/** Orders answered in one round. */
const mostAnswered = 500;
const firstPortalSequence = 90_000;

/** Keeps nothing: the trial looks at what becomes of the applications and not at their papers. */
export const papers: PaperStore = {
  put: async (_sql, _node, bytes, declaredType) =>
    ok({ digest: 'c'.repeat(64), size: bytes.length, mediaType: declaredType, key: 'c2VjcmV0LWtleQ' }),
};

export class Nodes {
  /** Cases that applications became, in their order. */
  readonly taken: CaseBench[] = [];
  private readonly rounds: IntakeRounds;

  constructor(
    private readonly gateway: Gateway,
    private readonly cases: Pick<Commands, 'execute'>,
    say: (text: string) => void,
  ) {
    const { transactor, sealer } = gateway;
    const now = (): number => gateway.now;
    const log = (_level: string, message: string, details?: object): void =>
      say(`${message} ${JSON.stringify(details)}`);
    this.rounds = new IntakeRounds(
      {
        ...{ commands: this, transactor, sealer, clock: { now }, log },
        cases: { submit: (caller, content) => this.submit(caller, content) },
        files: { adopt: async () => ok(undefined) },
      },
      [township],
    );
  }

  readonly execute: Commands['execute'] = async (input) =>
    input.recordClass === intakeRecordClass ? this.intake(input as unknown as IntakeInput) : this.cases.execute(input);

  /** Applications that have come to the nodes become cases, or are refused. */
  takeIn = (): Promise<void> => this.rounds.round();

  /** What has come to the nodes is worked off, and orders that were urged are answered. */
  async work(tools: ExchangeTools): Promise<void> {
    await this.takeIn();
    const scope = { node: tools.node, profile: tools.profile.name };
    const wanted = { prefix: '37', stage: 'open', after: undefined, limit: mostAnswered } as const;
    const open = await tools.transactor.run((sql) => listOrders(sql, scope, wanted));
    for (const { id, urged } of open)
      if (urged)
        await answerOrder(tools, {
          ...{ id, key: randomUUID(), subject: 'operator-1', prefix: '37' },
          text: '已核实，于当日办结并告知申请人',
        });
  }

  private async submit(
    { key }: Parameters<IntakeCases['submit']>[0],
    content: JsonObject,
  ): ReturnType<IntakeCases['submit']> {
    const { item, applicant } = submitted.parse(content);
    if (item !== pin.code) return refuse('item.unknown', `没有事项 ${item}`);
    const record = derivedId(key, caseRecordClass);
    let bench = this.gateway.benches.get(record);
    if (bench === undefined) {
      bench = new CaseBench(record, firstPortalSequence + this.taken.length, true, township);
      bench.submitForPortal({ applicant }).accept().decide().certify();
      this.taken.push(bench);
      await this.gateway.hold(bench);
    }
    return ok({ record, number: bench.case.number, queryCode: '234765' });
  }

  /** One entry after the other under the key, at the node that owns the application and at the gateway. */
  private async intake(input: IntakeInput): ReturnType<Commands['execute']> {
    const { record, key, node, actor, occurredAt } = input;
    const { gateway } = this;
    return gateway.transactor.run(async (sql): Promise<Result<{ record: Uuid; state: 'done'; seq: number }>> => {
      const before = await findIntake(sql, node, record);
      if (gateway.executed.has(key)) return ok({ record, state: 'done', seq: before?.seq ?? 0 });
      const command = await input.command(sql, before);
      if (!command.ok) return command;
      const context = { owner: before?.owner ?? node, record, actor, occurredAt, now: gateway.now };
      const decided = rules.decide(before, command.value, context);
      if (!decided.ok) return decided;
      gateway.executed.set(key, { record, command: command.value as unknown as Record<string, unknown> });
      let state = before;
      for (const draft of withTaking(decided.value)) state = await this.append(sql, input, state, draft);
      return ok({ record, state: 'done', seq: state!.seq });
    });
  }

  private async append(
    sql: Parameters<typeof insertEntries>[0],
    { record, node, actor, occurredAt }: IntakeInput,
    state: IntakeState | undefined,
    { type, version, facts, sealed }: Draft,
  ): Promise<IntakeState> {
    const taking = type === ownershipTypes.taken;
    const author = taking ? state!.pendingOffer! : node;
    const view = {
      ...{ id: randomUUID(), record, seq: (state?.seq ?? 0) + 1, epoch: (state?.epoch ?? 1) + (taking ? 1 : 0) },
      ...{ type, version, facts, author, actor, occurredAt, recordedAt: this.gateway.now },
    };
    const unhashed = {
      ...{ ...view, facts: canonicalJson(facts), recordClass: intakeRecordClass, prevHash: chainStart },
      ...(sealed === undefined ? {} : { sealed: await this.gateway.sealer.seal(sealed, holders) }),
    };
    const hash = hashEntry(unhashed);
    const entry = { ...unhashed, hash, signature: { suite: 'none', keyId: 'none', value: chainStart } };
    const after = rules.evolve(state, view);
    const { owner, epoch, seq } = after;
    const head = { record, recordClass: intakeRecordClass, owner, epoch, seq, hash, members: holders };
    for (const holder of holders) {
      await insertEntries(sql, holder, [entry], this.gateway.now);
      await intakeBinding().save(sql, holder, [{ record, state: after, head }], this.gateway.now);
    }
    return after;
  }
}

/** Every offer is taken at once. */
const withTaking = (drafts: readonly Draft[]): Draft[] =>
  drafts.flatMap((draft) =>
    draft.type === ownershipTypes.offered ? [draft, { type: ownershipTypes.taken, version: 1, facts: {} }] : [draft],
  );
