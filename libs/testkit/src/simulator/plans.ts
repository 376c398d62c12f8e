import {
  commandSpecs,
  nextHandOver,
  type Attachment,
  type CaseCommand,
  type CaseCommandType,
  type CaseRoute,
  type CaseState,
} from '@tongban/domain/casework';
import { ancestorAt, parentOf, tierOf, type NodeCode, type Role } from '@tongban/kernel';
import type { Chance } from './chance.js';

/** What a person sets out to do, and as whom. */
export interface Plan {
  readonly command: CaseCommand;
  readonly role: Role;
  readonly subject: string;
}

const catalogue = { known: ['M1', 'M2', 'M3'], required: ['M1'] };
const legalBasis = '《中华人民共和国行政许可法》第三十二条';
/** Set by the owner when it decides. */
const sequence = 1;

const attachment = (material: string): Attachment => ({
  material,
  digest: material.padEnd(64, '0').replace('M', 'a'),
  size: 1024,
  mediaType: 'image/jpeg',
  name: `${material}.jpg`,
  key: 'a2V5',
});

/** Up, down and sideways: each power lies with the intake, one of its ancestors, or another place of the city. */
function routeFrom(chance: Chance, intake: NodeCode, nodes: readonly NodeCode[]): CaseRoute {
  const above: NodeCode[] = [intake];
  for (let node = parentOf(intake); node !== undefined && tierOf(node) !== 'province'; node = parentOf(node))
    above.push(node);
  const somewhere = (): NodeCode => {
    if (!chance.happens(0.3)) return chance.pick(above);
    return chance.pick(nodes.filter((node) => tierOf(node) !== 'province'));
  };
  return { accept: somewhere(), decide: somewhere(), certify: somewhere(), deliver: intake };
}

export function planSubmission(chance: Chance, intake: NodeCode, nodes: readonly NodeCode[]): Plan {
  return {
    role: 'clerk',
    subject: `clerk@${intake}`,
    command: {
      type: 'submit',
      sequence,
      catalogue,
      queryCode: '234765',
      item: {
        code: '370500013001',
        version: 1,
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
      },
      route: routeFrom(chance, intake, nodes),
      channel: 'window',
      applicantType: 'naturalPerson',
      identityType: 'residentIdentityCard',
      applicant: { name: '王秀英', identityNumber: '11010519491231002X', phone: '13800138000' },
      form: { note: chance.hex(8) },
      attachments: [attachment('M1')],
    },
  };
}

/** The commands of a simulated life. */
const roleFor = {
  ...{ submit: 'clerk', accept: 'clerk', notAccept: 'clerk', requestSupplement: 'clerk', supplement: 'clerk' },
  ...{ handOver: 'clerk', decide: 'approver', certify: 'approver', deliver: 'clerk', rate: 'resident' },
  ...{ withdraw: 'resident', correct: 'clerk', noteReport: 'system' },
} as const satisfies Partial<Record<CaseCommandType, Role>>;

/** What somebody at `node`, who sees `state`, would do next; undefined when there is nothing to do there. */
export function planStep(chance: Chance, state: CaseState, node: NodeCode): Plan | undefined {
  const command =
    state.owner === node && state.pendingOffer === null ? ownersNext(chance, state) : othersNext(chance, state, node);
  if (command === undefined) return undefined;
  const role = roleFor[command.type as keyof typeof roleFor];
  if (commandSpecs[command.type].from === 'owner' && state.owner !== node) return undefined;
  return { command, role, subject: `${role}@${node}` };
}

function ownersNext(chance: Chance, state: CaseState): CaseCommand | undefined {
  const { accept, decide, certify } = state.route;
  const { owner, status } = state;
  const others = [accept, decide, certify, state.previousOwners.at(-1)].filter(
    (node): node is NodeCode => node !== undefined && node !== owner,
  );
  const away = (): CaseCommand | undefined =>
    others.length === 0
      ? undefined
      : { type: 'handOver', to: chance.pick(others), reason: 'returned', text: '退回核对' };
  if (status !== 'closed' && chance.happens(0.2)) return away();
  if (chance.happens(0.1)) return correction(state);
  const forward = nextHandOver(state);
  switch (status) {
    case 'submitted':
      if (owner !== accept) return { type: 'handOver', to: accept, reason: 'toAccept' };
      return chance.happens(0.2)
        ? askForMore
        : chance.happens(0.1)
          ? notAccepted
          : { type: 'accept', sequence, catalogue };
    case 'supplementing':
      return { type: 'supplement', attachments: [attachment('M2')] };
    case 'accepted':
      return forward ?? decision(chance);
    case 'approved':
      return forward ?? { type: 'certify', sequence };
    case 'closed':
      return { type: 'deliver', method: 'window', recipient: '王秀英' };
  }
}

/** Asked of the owner from elsewhere: some of it comes too late and is refused. */
function othersNext(chance: Chance, state: CaseState, node: NodeCode): CaseCommand | undefined {
  if (node === ancestorAt(state.intake, 'province')) {
    const dataVersion = chance.between(1, 3);
    return {
      type: 'noteReport',
      profile: 'https-json',
      outcome: chance.pick(['acknowledged', 'rejected']),
      dataVersion,
    };
  }
  if (state.status === 'supplementing') return { type: 'supplement', attachments: [attachment('M2')] };
  if (state.status === 'closed')
    return chance.pick([
      { type: 'rate', level: 'satisfied', channel: chance.pick(['web', 'sms', 'mobile'] as const) },
      { type: 'deliver', method: 'village', recipient: '王秀英' },
    ]);
  return chance.happens(0.15)
    ? { type: 'withdraw', reasonCode: 'givenUp', reason: '不再办理' }
    : { type: 'noteReport', profile: 'https-json', outcome: 'acknowledged', dataVersion: 1 };
}

const askForMore: CaseCommand = { type: 'requestSupplement', sequence, catalogue, materials: ['M2'], text: '请补交' };
const notAccepted: CaseCommand = {
  type: 'notAccept',
  sequence,
  reasonCode: 'notWithinPowers',
  reason: '不属本机关',
  legalBasis,
};

const correction = ({ identityType }: CaseState): CaseCommand => ({
  type: 'correct',
  changes: { identityType: identityType === 'other' ? 'residentIdentityCard' : 'other' },
  reasonCode: 'recordedWrongly',
});

const decision = (chance: Chance): CaseCommand =>
  chance.happens(0.8)
    ? { type: 'decide', sequence, outcome: 'approve', opinion: '同意' }
    : {
        ...{ type: 'decide', sequence, outcome: 'refuse', opinion: '不同意', reasonCode: 'conditionsNotMet' },
        ...{ reason: '条件不符', legalBasis, remedies: '可在六十日内申请行政复议' },
      };
