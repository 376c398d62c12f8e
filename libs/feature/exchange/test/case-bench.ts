/** A case at its owner, decided by the real rules, with what each sealed part would hold. */
import { workingCalendar } from '@tongban/domain/calendar';
import { caseRules, type CaseCommand, type CaseCommandOf, type CaseState } from '@tongban/domain/casework';
import {
  nodeCode,
  ownershipTypes,
  type Actor,
  type Draft,
  type EntryView,
  type JsonObject,
  type Role,
} from '@tongban/kernel';

export const province = nodeCode('370000000000');
export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');

const rules = caseRules({ calendar: workingCalendar() });
const minuteMs = 60_000;
/** 10:00 in China, 2 March 2026. */
export const morning = Date.UTC(2026, 2, 2, 2);

export const applicantName = '王秀英';
export const uscc = '11511301008778183N';
export const materialNames = new Map([
  ['M1', '居民身份证'],
  ['M2', '近期照片'],
]);
const catalogue = { known: ['M1', 'M2'], required: ['M1'] };

const attachment = (material: string, mark: string) => ({
  material,
  digest: mark.repeat(64),
  size: 2048,
  mediaType: 'image/jpeg',
  name: `${material}.jpg`,
  key: 'c2VjcmV0LWtleQ',
});

export const pin: CaseCommandOf<'submit'>['item'] = {
  code: '370500013001',
  version: 2,
  name: '高龄津贴申领',
  type: 'benefit',
  regime: 'promised',
  level: 'district',
  department: 'civil-affairs',
  statutoryDays: 20,
  promisedDays: 5,
  timeUnit: 'workingDay',
  resultKind: 'certificate',
  resultName: '高龄津贴证',
};
/** The same item with a fee. */
export const pinWithFees = {
  ...pin,
  fees: [{ code: 'F1', name: '工本费', amountFen: 1500, basis: '鲁价费发〔2016〕1号' }],
};

const submission: CaseCommandOf<'submit'> = {
  type: 'submit',
  sequence: 1,
  catalogue,
  queryCode: '234765',
  item: pin,
  route: { accept: township, decide: district, certify: district, deliver: village },
  channel: 'agent',
  applicantType: 'naturalPerson',
  identityType: 'residentIdentityCard',
  mandate: '01890000-0000-7000-8000-0000000000aa',
  applicant: { name: applicantName, identityNumber: '11010519491231002X', phone: '13800138000' },
  agent: { name: '李建国', phone: '13900139000' },
  form: { birthYear: 1949 },
  attachments: [attachment('M1', 'a'), attachment('M2', 'b')],
};

const handlers: Partial<Record<Role, string>> = { clerk: '王敏', reviewer: '孙强', approver: '赵立', agent: '李建国' };

export interface BenchEntry {
  readonly view: EntryView;
  readonly sealed: JsonObject | undefined;
}

export class CaseBench {
  state: CaseState | undefined;
  readonly entries: BenchEntry[] = [];
  now = morning;

  constructor(
    readonly record: string,
    readonly sequence = 1,
    /** Without it the sealed parts name nobody, as those of old entries. */
    private readonly named = true,
    /** Where it is taken in. */
    private readonly intake = village,
  ) {}

  get case(): CaseState {
    if (this.state === undefined) throw new Error('no case yet');
    return this.state;
  }

  get views(): EntryView[] {
    return this.entries.map(({ view }) => view);
  }

  get opened(): Map<number, JsonObject> {
    return new Map(this.entries.flatMap(({ view, sealed }) => (sealed === undefined ? [] : [[view.seq, sealed]])));
  }

  /** The case as it was after its first entries. */
  upTo(length: number): CaseBench {
    const earlier = new CaseBench(this.record, this.sequence);
    for (const entry of this.entries.slice(0, length)) {
      earlier.entries.push(entry);
      earlier.state = rules.evolve(earlier.state, entry.view);
    }
    return earlier;
  }

  submit(changes: Partial<CaseCommandOf<'submit'>> = {}): this {
    return this.do({ ...submission, sequence: this.sequence, ...changes }, 'agent').take();
  }

  /** Taken in for the portal of the province, by the node that accepts it. */
  submitForPortal(changes: Partial<CaseCommandOf<'submit'>>): this {
    const { agent: _agent, mandate: _mandate, ...bare } = submission;
    const actor: Actor = { subject: 'provincial-platform', role: 'system', division: this.intake };
    return this.do({ ...bare, sequence: this.sequence, channel: 'province', ...changes }, 'system', actor);
  }

  accept(): this {
    return this.do({ type: 'accept', sequence: this.sequence, catalogue }, 'clerk')
      .do({ type: 'handOver', to: district, reason: 'toDecide' }, 'clerk')
      .take();
  }

  decide(changes: Partial<CaseCommandOf<'decide'>> = {}): this {
    const opinion = '经审核，符合申领条件';
    return this.do({ type: 'decide', sequence: this.sequence, outcome: 'approve', opinion, ...changes }, 'approver');
  }

  certify(): this {
    return this.do({ type: 'certify', sequence: this.sequence }, 'clerk');
  }

  do(command: CaseCommand, role: Role, actor = this.actor(role)): this {
    this.now += 5 * minuteMs;
    const owner = this.state?.owner ?? this.intake;
    const context = { owner, record: this.record, actor, occurredAt: this.now, now: this.now };
    const drafts = rules.decide(this.state, command, context);
    if (!drafts.ok) throw new Error(`${command.type}: ${drafts.refusal.code} ${drafts.refusal.detail}`);
    const name = this.named ? handlers[role] : undefined;
    drafts.value.forEach((draft, index) => this.append(draft, actor, index === 0 ? name : undefined));
    return this;
  }

  private take(): this {
    const to = this.case.pendingOffer?.to;
    if (to === undefined) throw new Error('nothing offered');
    const actor: Actor = { subject: 'system', role: 'system', division: to };
    const draft = { type: ownershipTypes.taken, version: 1, facts: {} };
    return this.append(draft, actor, undefined, this.case.epoch + 1);
  }

  private actor(role: Role): Actor {
    const division = role === 'agent' || role === 'resident' ? village : this.case.owner;
    return { subject: `${role}@${division}`, role, division };
  }

  private append(draft: Draft, actor: Actor, name: string | undefined, epoch = this.state?.epoch ?? 1): this {
    const seq = (this.state?.seq ?? 0) + 1;
    const view: EntryView = {
      id: `${this.record.slice(0, 24)}${String(seq).padStart(12, '0')}`,
      ...{ record: this.record, seq, epoch, type: draft.type, version: draft.version, facts: draft.facts },
      author: draft.type === ownershipTypes.taken ? actor.division : (this.state?.owner ?? this.intake),
      ...{ actor, occurredAt: this.now, recordedAt: this.now },
    };
    const sealed = name === undefined ? draft.sealed : { ...draft.sealed, handlerName: name };
    this.entries.push({ view, sealed });
    this.state = rules.evolve(this.state, view);
    return this;
  }
}

export const closedCase = (record: string, sequence = 1, named = true): CaseBench =>
  new CaseBench(record, sequence, named).submit().accept().decide().certify();
