import type { ServiceItem } from '@tongban/domain/catalogue';
import {
  delegationFormNames,
  powerNames,
  runningCaseRuleNames,
  type Authority,
  type AuthorityStep,
  type CivilDate,
  type Delegation,
} from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import type { AuthorityAnswer, ListedDelegation } from './delegation-schemas.js';

/** A view names delegations `publisher/id`: ids are unique per publisher only. */
function splitId(known: string): { publisher: string; delegation: string } {
  const at = known.indexOf('/');
  return { publisher: known.slice(0, at), delegation: known.slice(at + 1) };
}

export function listedDelegation(known: Delegation): ListedDelegation {
  const { publisher, delegation: id } = splitId(known.id);
  return { ...known, id, publisher, powers: [...known.powers], formName: delegationFormNames[known.form] };
}

const stepOf = ({ power, node, here, grants }: AuthorityStep) => ({
  power,
  powerName: powerNames[power],
  node,
  here,
  grants: grants.map(({ id, ...grant }) => ({ ...splitId(id), ...grant, formName: delegationFormNames[grant.form] })),
});

/** The answer in one sentence, as a clerk would say it at the window. */
function summaryOf(node: NodeCode, { byRight, upTo, steps }: Authority): string {
  if (upTo === undefined) return '本级不办理该事项，请到有收件权限的单位办理';
  const elsewhere = steps.filter(({ here }) => !here);
  const where = byRight ? '本级主管该事项，' : '';
  if (elsewhere.length === 0) return `${where}各环节均可在本级办理`;
  const by = new Map<NodeCode, string[]>();
  for (const { node: holder, power } of elsewhere) {
    if (holder !== node) by.set(holder, [...(by.get(holder) ?? []), powerNames[power]]);
  }
  const rest = [...by].map(([holder, names]) => `${names.join('、')}由 ${holder} 办理`);
  return `${where}本级可办到${powerNames[upTo]}，${rest.join('，')}`;
}

export function authorityAnswer(
  node: NodeCode,
  { code, version, name }: ServiceItem,
  authority: Authority,
  on: CivilDate,
): AuthorityAnswer {
  const { competent, byRight, upTo, steps, ending } = authority;
  return {
    on,
    item: { code, version, name },
    competent,
    byRight,
    ...(upTo === undefined ? {} : { upTo, upToName: powerNames[upTo] }),
    summary: summaryOf(node, authority),
    steps: steps.map(stepOf),
    ending: ending.map(({ id, powers, rule, ...rest }) => ({
      ...splitId(id),
      ...rest,
      powers: [...powers],
      rule,
      ruleName: runningCaseRuleNames[rule],
    })),
  };
}
