import { parseArgs } from 'node:util';
import { isNodeCode, tierOf, type NodeCode } from '@tongban/kernel';
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
export type NodeCommand = MoveCommand | RetireCommand;

export const nodeUsage = `节点的一生
  node move CODE --from FILE --to FILE   把一个节点从共用的服务迁到它自己的服务和数据库；FILE 是两边服务的环境变量文件，
                                         可在任何一步中断后重新执行
  node retire CODE --to CODE --on DATE --basis TEXT --host FILE --city FILE
                                         节点撤并：不再受理新件，在办件连同材料移交承接单位，链路收发完毕后在全市公钥目录中注销；
                                         未办结时退出码为 1，稍后重新执行`;

function nodeOf(text: string | undefined): NodeCode {
  if (text !== undefined && isNodeCode(text)) return text;
  throw new UsageError(`应给出 12 位区划代码，如 371102001001${text === undefined ? '' : `，不能是 ${text}`}`);
}

const text = { type: 'string' } as const;
const optionsOf = {
  move: { from: text, to: text },
  retire: { to: text, on: text, basis: text, host: text, city: text },
} as const;
const maxBasisCharacters = 500;
const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));

function parsed<Name extends keyof typeof optionsOf>(name: Name, args: readonly string[]) {
  try {
    const options: (typeof optionsOf)[Name] = optionsOf[name];
    const result = parseArgs({ args: [...args], options, allowPositionals: true });
    if (result.positionals.length > 1) throw new Error(`多余的参数：${result.positionals.slice(1).join(' ')}`);
    return result;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function given(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`缺少 --${option}`);
  return value;
}

/** Undefined for what is no command about a node. Throws UsageError. */
export function parseNodeCommand([group, name, ...args]: readonly string[]): NodeCommand | undefined {
  if (group !== 'node') return undefined;
  switch (name) {
    case 'move': {
      const { values, positionals } = parsed(name, args);
      const node = nodeOf(positionals[0]);
      if (tierOf(node) === 'province') throw new UsageError('省级交换节点本来就有自己的服务');
      return { name, node, from: given(values.from, 'from'), to: given(values.to, 'to') };
    }
    case 'retire': {
      const { values, positionals } = parsed(name, args);
      const [node, successor] = [nodeOf(positionals[0]), nodeOf(given(values.to, 'to'))];
      const [endsOn, basis] = [given(values.on, 'on'), given(values.basis, 'basis').trim()];
      if (!isDay(endsOn)) throw new UsageError('--on 应为日期，如 2026-03-01');
      if (basis.length > maxBasisCharacters) throw new UsageError(`--basis 不超过 ${maxBasisCharacters} 字`);
      if (node === successor) throw new UsageError('承接单位不能是该节点自己');
      if (tierOf(node) === 'province' || tierOf(node) === 'city') throw new UsageError('只能撤并区县、乡镇和村级节点');
      return {
        name,
        node,
        successor,
        endsOn,
        basis,
        host: given(values.host, 'host'),
        city: given(values.city, 'city'),
      };
    }
    default:
      throw new UsageError(`没有命令 node ${name ?? ''}`);
  }
}
