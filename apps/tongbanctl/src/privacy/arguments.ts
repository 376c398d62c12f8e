import { parseArgs } from 'node:util';
import { isNodeCode, isUuid, type NodeCode, type Uuid } from '@tongban/kernel';
import { UsageError } from '../arguments.js';

export type PrivacyCommand =
  | { readonly name: 'audit-verify'; readonly file: string; readonly keys: string; readonly json: boolean }
  | {
      readonly name: 'escrow-init';
      readonly directory: string;
      readonly keystore: string;
      readonly out: string;
      /** Environment of the city's host, whose database holds the lock. */
      readonly settings: string | undefined;
    }
  | {
      readonly name: 'escrow-open';
      readonly node: NodeCode;
      readonly record: Uuid;
      readonly shares: readonly [string, string];
      readonly reason: string;
      readonly out: string | undefined;
    }
  | { readonly name: 'keys-rotate'; readonly node: NodeCode };

export const privacyUsage = `审计与托管
  audit verify FILE --keys FILE [--json]  离线核验导出的审计日志；--keys 为本市公布的公钥目录
  escrow init --directory FILE --keystore FILE --out DIR [--settings FILE]
                                          生成档案部门的托管密钥：公钥写入公钥目录并由市级重新签名，私钥只以两个份额文件
                                          写入 DIR，须分交两人保管；各服务重启后对新资料生效。--settings 为
                                          市级服务的环境变量文件，以免与密钥和区划变更同时进行；缺省取同一状态目录中的
  escrow open --node CODE --record UUID --share FILE --share FILE --reason TEXT [--out FILE]
                                          两人各持份额开启一件的密封资料（需 TONGBAN_URL 和安全管理员的 TONGBAN_TOKEN）；
                                          先在该节点留痕，申请人可以看到事由；密钥不离开本机
  keys rotate --node CODE                 更换节点的数据密钥，分批重新加密查阅事由，旧密钥到期销毁（需 TONGBAN_URL 和安全管理员的
                                          TONGBAN_TOKEN）；中断后重新执行即可`;

const text = { type: 'string' } as const;
const optionsOf = {
  'audit verify': { keys: text, json: { type: 'boolean', default: false } },
  'escrow init': { directory: text, keystore: text, out: text, settings: text },
  'keys rotate': { node: text },
  'escrow open': { node: text, record: text, share: { type: 'string', multiple: true }, reason: text, out: text },
} as const;

function parsed<Name extends keyof typeof optionsOf>(name: Name, args: readonly string[], positionals: number) {
  try {
    const options: (typeof optionsOf)[Name] = optionsOf[name];
    const result = parseArgs({ args: [...args], options, allowPositionals: true });
    if (result.positionals.length !== positionals) throw new Error(`${name} 应有 ${positionals} 个参数`);
    return result;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function needed(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`缺少 ${option}`);
  return value;
}

/** Undefined for what is no command of this kind. Throws UsageError. */
export function parsePrivacyCommand([group, verb, ...args]: readonly string[]): PrivacyCommand | undefined {
  switch (`${group} ${verb}`) {
    case 'audit verify': {
      const { values, positionals } = parsed('audit verify', args, 1);
      return { name: 'audit-verify', file: positionals[0]!, keys: needed(values.keys, '--keys'), json: values.json };
    }
    case 'escrow init': {
      const { values } = parsed('escrow init', args, 0);
      const { directory, keystore, out, settings } = values;
      return {
        name: 'escrow-init',
        directory: needed(directory, '--directory'),
        keystore: needed(keystore, '--keystore'),
        out: needed(out, '--out'),
        settings,
      };
    }
    case 'escrow open':
      return readOpening(parsed('escrow open', args, 0).values);
    case 'keys rotate':
      return { name: 'keys-rotate', node: nodeOf(parsed('keys rotate', args, 0).values.node) };
    default:
      if (group === 'audit' || group === 'escrow' || group === 'keys')
        throw new UsageError(`没有命令 ${group} ${verb ?? ''}`.trimEnd());
      return undefined;
  }
}

function nodeOf(value: string | undefined): NodeCode {
  const node = needed(value, '--node');
  if (!isNodeCode(node)) throw new UsageError(`--node 应为 12 位区划代码，不能是 ${node}`);
  return node;
}

function readOpening(values: {
  readonly node?: string | undefined;
  readonly record?: string | undefined;
  readonly share?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly out?: string | undefined;
}): PrivacyCommand {
  const node = nodeOf(values.node);
  const record = needed(values.record, '--record');
  if (!isUuid(record)) throw new UsageError(`--record 应为办件的 UUID，不能是 ${record}`);
  const [one, other, ...more] = values.share ?? [];
  if (one === undefined || other === undefined || more.length > 0)
    throw new UsageError('须由两人各出一个份额：--share 应给出两次');
  const reason = needed(values.reason, '--reason');
  return { name: 'escrow-open', node, record, shares: [one, other], reason, out: values.out };
}
