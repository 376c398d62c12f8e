import { isOffered, type ServiceItem } from './item.js';
import { division, itemCodeText, name, phone, prose, shortProse, slug } from './text.js';
import { z } from 'zod';

const mostItems = 500;

/**
 * A village agent (代办员) as shown to the public: who, for what, where and under which number. Only what is posted at the
 * service station; nothing else of the person.
 */
export const agentSchema = z.strictObject({
  id: slug,
  version: z.int().min(1),
  /** The village or township where the agent works. */
  node: division,
  name: name.max(50),
  phone,
  /** 代办地点 and hours. */
  place: shortProse,
  hours: shortProse,
  /** 代办事项, by base code. */
  items: z.array(itemCodeText).min(1).max(mostItems),
  /** 代办流程 and 职责, where the station has its own words for them. */
  procedure: prose.optional(),
  validFrom: z.iso.date(),
  validTo: z.iso.date().optional(),
});
export type Agent = z.output<typeof agentSchema>;

/** `items` are those that the agent's node sees, by code. */
export function findAgentProblems(agent: Agent, items: ReadonlyMap<string, ServiceItem>, on: string): string[] {
  const problems: string[] = [];
  if (agent.validTo !== undefined && agent.validTo < agent.validFrom) problems.push('失效日期早于生效日期');
  for (const code of new Set(agent.items)) {
    const item = items.get(code);
    if (item === undefined) problems.push(`没有事项 ${code}`);
    else if (item.presenceRequired) problems.push(`${item.name}须申请人本人到场，不能代办`);
    else if (!isOffered(item, on) && item.validFrom <= on) problems.push(`${item.name}已停办`);
  }
  if (new Set(agent.items).size < agent.items.length) problems.push('代办事项重复');
  return problems;
}
