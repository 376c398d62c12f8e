import { parseArgs } from 'node:util';
import { isNodeCode, tierOf, tiers, type NodeCode, type Tier } from '@tongban/kernel';
import { UsageError } from '../arguments.js';

interface Common {
  readonly city: NodeCode;
  readonly json: boolean;
}
export type PkiCommand =
  | (Common & { readonly name: 'pki init' | 'pki show' })
  | (Common & { readonly name: 'pki issue'; readonly host: string; readonly tier: Tier; readonly scopes: string[] })
  | (Common & {
      readonly name: 'pki rotate';
      readonly node: NodeCode;
      readonly stolen: boolean;
      /** Of the host that serves the node, when that is not one of the state folder. */
      readonly keystore: string | undefined;
      /** Environment of the city's host, when it was not started from the state folder. */
      readonly settings: string | undefined;
    })
  | (Common & { readonly name: 'pki renew'; readonly host: string | undefined })
  | (Common & { readonly name: 'pki revoke'; readonly host: string; readonly keepNewest: boolean });

export const pkiUsage = `机器身份（TONGBAN_STATE_DIR 为状态目录；--city 为地级市代码，缺省 371100000000；--json 输出 JSON）
  pki init      生成本市的证书颁发机构、消息中枢的运营方和签名密钥（已有的保留）
  pki issue     签发一台服务的凭据和证书：--host 名称 --tier village --nodes 371102001001,371102002*
  pki renew     换发凭据和证书，旧的在吊销或到期前仍有效：--host 名称，不写则全部
  pki revoke    吊销一台服务的凭据和证书：--host 名称，加 --old 只吊销换发前的
  pki rotate    更换一个节点的签名和加密密钥：--node 代码，十分钟后启用；加 --stolen 立即启用；
                节点由单独部署的服务承载时用 --keystore 指明其密钥库；
                市级服务单独部署时用 --settings 指明其环境变量文件，以免与区划变更同时进行
  pki show      已签发的凭据和证书`;

const hostName = /^[a-z0-9-]{1,64}$/;

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ host: text, tier: text, nodes: text, old: flag, json: flag },
    ...{ node: text, keystore: text, settings: text, stolen: flag },
    city: { type: 'string', default: '371100000000' },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`缺少 ${what}`);
  return value;
}

function readHost(text: string): string {
  if (hostName.test(text)) return text;
  throw new UsageError(`服务名称只能用小写字母、数字和 -，不能是 ${text}`);
}

function readTier(text: string): Tier {
  const tier = tiers.find((name) => name === text);
  if (tier === undefined) throw new UsageError(`--tier 应为 ${tiers.join('、')} 之一，不能是 ${text}`);
  return tier;
}

/** Digits at which one part of a division code ends. */
const partEnds: readonly number[] = [2, 4, 6, 9, 12];

function readScopes(text: string, tier: Tier): string[] {
  return text.split(',').map((part) => {
    const scope = part.trim();
    const isCode = isNodeCode(scope) && tierOf(scope) === tier;
    const isPrefix = /^[1-9]\d+\*$/.test(scope) && partEnds.includes(scope.length - 1);
    if (isCode || isPrefix) return scope;
    throw new UsageError(`--nodes 应为本级的区划代码或前缀，不能是 ${part}`);
  });
}

/** Undefined when the first word is another command's. @throws UsageError */
export function parsePkiCommand(args: readonly string[]): PkiCommand | undefined {
  if (args[0] !== 'pki') return undefined;
  const { values, positionals } = parsed(args.slice(1));
  const [verb, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`多余的参数：${rest.join(' ')}`);
  const { city, json, host, tier, nodes, old } = values;
  if (!isNodeCode(city) || tierOf(city) !== 'city') throw new UsageError('--city 应为地级市的 12 位区划代码');
  const common = { city, json };
  switch (verb) {
    case 'init':
    case 'show':
      return { ...common, name: `pki ${verb}` };
    case 'issue': {
      const place = readTier(required(tier, '--tier'));
      const scopes = readScopes(required(nodes, '--nodes'), place);
      return { ...common, name: 'pki issue', host: readHost(required(host, '--host')), tier: place, scopes };
    }
    case 'rotate': {
      const node = required(values.node, '--node');
      if (!isNodeCode(node)) throw new UsageError(`--node 应为 12 位区划代码，不能是 ${node}`);
      const { stolen, keystore, settings } = values;
      return { ...common, name: 'pki rotate', node, stolen, keystore, settings };
    }
    case 'renew':
      return { ...common, name: 'pki renew', host: host === undefined ? undefined : readHost(host) };
    case 'revoke':
      return { ...common, name: 'pki revoke', host: readHost(required(host, '--host')), keepNewest: old };
    default:
      throw new UsageError(`pki 后面应为 init、issue、renew、rotate、revoke 或 show，不能是 ${verb ?? '空'}`);
  }
}
