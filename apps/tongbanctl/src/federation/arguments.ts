import { parseArgs } from 'node:util';
import { isNodeCode, isUuid, type NodeCode, type Uuid } from '@tongban/kernel';
import { UsageError } from '../arguments.js';

export type FederationCommand =
  | { readonly name: 'links'; readonly node: NodeCode; readonly json: boolean; readonly watch: boolean }
  | { readonly name: 'reconcile'; readonly node: NodeCode; readonly json: boolean; readonly children: boolean }
  | { readonly name: 'cancel-reconciliation'; readonly node: NodeCode; readonly reconciliation: Uuid }
  | { readonly name: 'export'; readonly node: NodeCode; readonly out: string | undefined }
  | { readonly name: 'verify-journal'; readonly source: JournalSource; readonly json: boolean };

export type JournalSource = { readonly node: NodeCode } | { readonly file: string };

export const federationUsage = `联邦运维（links、reconcile 需 TONGBAN_URL 和 TONGBAN_TOKEN；export 和 verify --node 需 TONGBAN_DATABASE_URL；
verify 需 TONGBAN_KEY_DIRECTORY 和 TONGBAN_CITY）
  links CODE [--watch] [--json]          与上下级的链路状态；--watch 持续刷新
  reconcile CODE [--children] [--json]   核对该节点全部记录并与上级对账；--children 同时请下级对账
  reconcile CODE --cancel ID             取消该节点正在进行的对账
  export --node CODE [--out FILE]        导出该节点的日志（JSON Lines），缺省写到标准输出
  verify --node CODE [--json]            核对数据库中该节点日志的哈希链、签名和记录头
  verify --journal FILE [--json]         离线核对导出的日志文件`;

function nodeOf(text: string | undefined): NodeCode {
  if (text !== undefined && isNodeCode(text)) return text;
  throw new UsageError(`应给出 12 位区划代码，如 371102000000${text === undefined ? '' : `，不能是 ${text}`}`);
}

const flag = { type: 'boolean', default: false } as const;
const optionsOf = {
  links: { watch: flag, json: flag },
  reconcile: { children: flag, json: flag, cancel: { type: 'string' } },
  export: { node: { type: 'string' }, out: { type: 'string' } },
  verify: { node: { type: 'string' }, journal: { type: 'string' }, json: flag },
} as const;

function parsed<Name extends keyof typeof optionsOf>(name: Name, args: readonly string[], positionals: number) {
  try {
    const options: (typeof optionsOf)[Name] = optionsOf[name];
    const result = parseArgs({ args: [...args], options, allowPositionals: true });
    if (result.positionals.length > positionals) throw new Error(`多余的参数：${result.positionals.join(' ')}`);
    return result;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Undefined for what is no command of the federation; `verify FILE` is about archives. Throws UsageError. */
export function parseFederationCommand([name, ...args]: readonly string[]): FederationCommand | undefined {
  switch (name) {
    case 'links': {
      const { values, positionals } = parsed(name, args, 1);
      return { name, node: nodeOf(positionals[0]), json: values.json, watch: values.watch };
    }
    case 'reconcile': {
      const { values, positionals } = parsed(name, args, 1);
      const { json, children, cancel } = values;
      const node = nodeOf(positionals[0]);
      if (cancel === undefined) return { name, node, json, children };
      if (!isUuid(cancel)) throw new UsageError(`--cancel 应给出对账的编号，不能是 ${cancel}`);
      if (json || children) throw new UsageError('--cancel 不与其他选项同用');
      return { name: 'cancel-reconciliation', node, reconciliation: cancel };
    }
    case 'export': {
      const { values } = parsed(name, args, 0);
      return { name, node: nodeOf(values.node), out: values.out };
    }
    case 'verify': {
      if (!args.some((text) => /^--(node|journal)\b/.test(text))) return undefined;
      const { values } = parsed(name, args, 0);
      const { node, journal: file, json } = values;
      if ((node === undefined) === (file === undefined)) throw new UsageError('--node 和 --journal 只能给出一个');
      return { name: 'verify-journal', source: file === undefined ? { node: nodeOf(node) } : { file }, json };
    }
    default:
      return undefined;
  }
}
