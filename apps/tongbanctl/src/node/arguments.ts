import { parseArgs } from 'node:util';
import { divisionLimits } from '@tongban/domain/division';
import { isNodeCode, parentOf, tierOf, type NodeCode } from '@tongban/kernel';
import { UsageError } from '../arguments.js';

export interface MoveCommand {
  readonly name: 'move';
  readonly node: NodeCode;
  /** Environment files of the host that serves the node now, and of the one that will. */
  readonly from: string;
  readonly to: string;
}
export interface RetireCommand {
  readonly name: 'retire';
  readonly node: NodeCode;
  readonly successor: NodeCode;
  /** `2026-03-01`. */
  readonly endsOn: string;
  readonly basis: string;
  /** Environment files of the node's host and of the city's. */
  readonly host: string;
  readonly city: string;
}
export interface JoinCommand {
  readonly name: 'join';
  readonly node: NodeCode;
  readonly called: string;
  /** The first day; today when left out. */
  readonly on: string | undefined;
  readonly basis: string;
  /** Account of the officer who decides for the parent. */
  readonly approver: string;
  /** The node that it goes on for under another code. */
  readonly replaces: NodeCode | undefined;
  /** Environment files of the host that will serve it, of its parent's host and of the city's. */
  readonly host: string;
  readonly parent: string;
  readonly city: string;
}
export interface RenameCommand {
  readonly name: 'rename';
  readonly node: NodeCode;
  readonly called: string;
  readonly on: string;
  readonly basis: string;
  readonly city: string;
}
export interface MergeCommand {
  readonly name: 'merge';
  readonly nodes: readonly NodeCode[];
  readonly into: NodeCode;
  readonly on: string;
  readonly basis: string;
  readonly host: string;
  readonly city: string;
}
/** The same division under another code: it joins, and what was under the old code goes on there. */
export interface RecodeCommand {
  readonly name: 'recode';
  readonly join: JoinCommand;
  readonly retire: RetireCommand;
}
export type NodeCommand = MoveCommand | RetireCommand | JoinCommand | RenameCommand | MergeCommand | RecodeCommand;

export const nodeUsage = `节点的一生（FILE 是各服务的环境变量文件；每条命令都可在任何一步中断后重新执行）
  node join CODE --name NAME --approver ACCOUNT --host FILE --parent FILE --city FILE [--on DATE] [--basis TEXT]
                                         新设的区划成为节点：在承载服务处生成密钥，上级签名同意，列入全市公钥目录和区划名单；
                                         --parent 是上级所在服务，--approver 是上级经办人的账号
  node rename CODE --name NAME --on DATE --basis TEXT --city FILE
                                         区划更名：自该日起用新名，之前的文书仍用旧名
  node merge CODE… --into CODE --on DATE --basis TEXT --host FILE --city FILE
                                         几个节点并入一个：逐个撤并，须先办结的事先列出来；未办结时退出码为 1，稍后重新执行
  node recode CODE --to CODE --approver ACCOUNT --on DATE --basis TEXT --host FILE --parent FILE --city FILE [--name NAME]
                                         换码：同一区划启用新代码，原代码的在办件转到新代码
  node move CODE --from FILE --to FILE   把一个节点从共用的服务迁到它自己的服务和数据库
  node retire CODE --to CODE --on DATE --basis TEXT --host FILE --city FILE
                                         节点撤并：不再受理新件，在办件连同材料移交承接单位，链路收发完毕后在全市公钥目录中注销；
                                         未办结时退出码为 1，稍后重新执行`;

function nodeOf(text: string | undefined): NodeCode {
  if (text !== undefined && isNodeCode(text)) return text;
  throw new UsageError(`应给出 12 位区划代码，如 371102001001${text === undefined ? '' : `，不能是 ${text}`}`);
}

const names = ['move', 'retire', 'join', 'rename', 'merge', 'recode'] as const;
type Name = (typeof names)[number];
/** The options of each command; those that may be left out end in `?`. */
const optionsOf: Readonly<Record<Name, readonly string[]>> = {
  move: ['from', 'to'],
  retire: ['to', 'on', 'basis', 'host', 'city'],
  join: ['name', 'approver', 'host', 'parent', 'city', 'on?', 'basis?'],
  rename: ['name', 'on', 'basis', 'city'],
  merge: ['into', 'on', 'basis', 'host', 'city'],
  recode: ['to', 'approver', 'on', 'basis', 'host', 'parent', 'city', 'name?'],
};
const mostApproverCharacters = 100;
const mostMerged = 50;
const plainName = (option: string): string => option.replace('?', '');

interface Given {
  readonly nodes: readonly NodeCode[];
  /** An option that has to be there. */
  get(option: string): string;
  find(option: string): string | undefined;
}

function parsed(name: Name, args: readonly string[]): Given {
  const options = Object.fromEntries(optionsOf[name].map((each) => [plainName(each), { type: 'string' as const }]));
  let result;
  try {
    result = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = result;
  const most = name === 'merge' ? mostMerged : 1;
  if (positionals.length > most) throw new UsageError(`多余的参数：${positionals.slice(most).join(' ')}`);
  const nodes = (positionals.length === 0 ? [undefined] : positionals).map(nodeOf);
  const find = (option: string): string | undefined => {
    const value = values[option];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const get = (option: string): string => {
    const value = find(option);
    if (value === undefined) throw new UsageError(`缺少 --${option}`);
    return checked(option, value);
  };
  for (const option of optionsOf[name]) if (!option.endsWith('?')) get(option);
  return { nodes, get, find: (option) => (find(option) === undefined ? undefined : get(option)) };
}

const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));
const mostCharacters: Readonly<Record<string, number>> = {
  basis: divisionLimits.basisCharacters,
  name: divisionLimits.nameCharacters,
  approver: mostApproverCharacters,
};

function checked(option: string, value: string): string {
  if (option === 'on' && !isDay(value)) throw new UsageError('--on 应为日期，如 2026-03-01');
  const most = mostCharacters[option];
  if (most !== undefined && value.length > most) throw new UsageError(`--${option} 不超过 ${most} 字`);
  return value;
}

function placed(node: NodeCode, only: string): NodeCode {
  if (tierOf(node) === 'province' || tierOf(node) === 'city') throw new UsageError(`只能${only}区县、乡镇和村级节点`);
  return node;
}

const retireOf = (node: NodeCode, successor: NodeCode, { get }: Given): RetireCommand => {
  if (node === successor) throw new UsageError('承接单位不能是该节点自己');
  return {
    ...{ name: 'retire', node: placed(node, '撤并'), successor, endsOn: get('on'), basis: get('basis') },
    ...{ host: get('host'), city: get('city') },
  };
};

const joinOf = (node: NodeCode, called: string, { get, find }: Given, replaces?: NodeCode): JoinCommand => ({
  ...{ name: 'join', node: placed(node, '新设'), called, replaces },
  ...{ on: find('on'), basis: find('basis') ?? '新设', approver: get('approver') },
  ...{ host: get('host'), parent: get('parent'), city: get('city') },
});

const readers: { readonly [N in Name]: (given: Given) => Extract<NodeCommand, { name: N }> } = {
  move({ nodes, get }) {
    if (tierOf(nodes[0]!) === 'province') throw new UsageError('省级交换节点本来就有自己的服务');
    return { name: 'move', node: nodes[0]!, from: get('from'), to: get('to') };
  },
  retire: (given) => retireOf(given.nodes[0]!, nodeOf(given.get('to')), given),
  join: (given) => joinOf(given.nodes[0]!, given.get('name'), given),
  rename: ({ nodes, get }) => ({
    ...{ name: 'rename', node: placed(nodes[0]!, '更名'), called: get('name'), on: get('on'), basis: get('basis') },
    city: get('city'),
  }),
  merge(given) {
    const { nodes, get } = given;
    const into = nodeOf(get('into'));
    for (const node of nodes) retireOf(node, into, given);
    if (new Set(nodes).size < nodes.length) throw new UsageError('同一个区划代码写了两次');
    if (new Set(nodes.map(tierOf)).size > 1) throw new UsageError('一次只能合并同一级的节点：先合并下级');
    return { name: 'merge', nodes, into, on: get('on'), basis: get('basis'), host: get('host'), city: get('city') };
  },
  recode(given) {
    const [node, to] = [given.nodes[0]!, nodeOf(given.get('to'))];
    if (tierOf(node) !== tierOf(to) || parentOf(to) === undefined) throw new UsageError('新旧代码应属同一级');
    const retire = retireOf(node, to, given);
    return { name: 'recode', join: joinOf(to, given.find('name') ?? '', given, node), retire };
  },
};

/** Undefined for what is no command about a node. Throws UsageError. */
export function parseNodeCommand([group, word, ...args]: readonly string[]): NodeCommand | undefined {
  if (group !== 'node') return undefined;
  const name = names.find((each) => each === word);
  if (name === undefined) throw new UsageError(`没有命令 node ${word ?? ''}`);
  return readers[name](parsed(name, args));
}
