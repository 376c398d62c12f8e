import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { isNodeCode, type NodeCode } from '@tongban/kernel';
import { UsageError } from '../arguments.js';

export type SheetFormat = 'xlsx' | 'json';
export type CatalogueCommand =
  | { readonly act: 'export'; readonly node: NodeCode; readonly file: string; readonly template: boolean }
  | { readonly act: 'import'; readonly node: NodeCode; readonly file: string; readonly check: boolean }
  | { readonly act: 'approve'; readonly node: NodeCode; readonly proposal: string };

export const catalogueUsage = `目录（需 TONGBAN_URL 和目录管理员的 TONGBAN_TOKEN；文件为 .xlsx 或 .json）
  catalogue export CODE FILE [--template]  导出该区划发布的目录，或空白模板
  catalogue import CODE FILE [--check]     导入目录，全部提交或全部不写入；--check 只检查，逐行逐列列出问题
  catalogue approve CODE PROPOSAL          由另一人（TONGBAN_TOKEN 为其凭证）核准一次导入，随即发布`;

/** By the end of the file's name. */
export function formatOf(file: string): SheetFormat {
  const ending = extname(file).toLowerCase();
  if (ending === '.xlsx') return 'xlsx';
  if (ending === '.json') return 'json';
  throw new UsageError(`文件应为 .xlsx 或 .json，不能是 ${file}`);
}

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { template: flag, check: flag }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Undefined for what is no command of the catalogue. Throws UsageError. */
export function parseCatalogueCommand([name, ...args]: readonly string[]): CatalogueCommand | undefined {
  if (name !== 'catalogue') return undefined;
  const { values, positionals } = parsed(args);
  const [act, node, what, ...more] = positionals;
  if (act !== 'export' && act !== 'import' && act !== 'approve') throw new UsageError(catalogueUsage);
  if (node === undefined || !isNodeCode(node)) throw new UsageError('应给出 12 位区划代码，如 371100000000');
  if (what === undefined) throw new UsageError(act === 'approve' ? '应给出待核准发布的编号' : '应给出文件');
  if (more.length > 0) throw new UsageError(`多余的参数：${more.join(' ')}`);
  if (values.template && act !== 'export') throw new UsageError('--template 只用于 catalogue export');
  if (values.check && act !== 'import') throw new UsageError('--check 只用于 catalogue import');
  if (act === 'approve') return { act, node, proposal: what };
  formatOf(what);
  return act === 'export'
    ? { act, node, file: what, template: values.template }
    : { act, node, file: what, check: values.check };
}
