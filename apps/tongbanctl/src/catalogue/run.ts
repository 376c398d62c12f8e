import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { SetupError } from '../city/environment.js';
import { formatOf, type CatalogueCommand } from './arguments.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Say = (text: string) => void;

const requestTimeoutMs = 120_000;
/** The first proposal is the only entry so far: what an approval must have read. */
const proposedSeq = 1;

const problemSchema = z.looseObject({
  title: z.string(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
const checkSchema = z.looseObject({
  total: z.int(),
  problems: z.array(
    z.looseObject({
      sheet: z.string(),
      row: z.int(),
      cell: z.string().optional(),
      column: z.string().optional(),
      message: z.string(),
    }),
  ),
});
const outcomeSchema = z.union([
  z.looseObject({ state: z.literal('proposed'), proposal: z.string(), toPublish: z.int(), unchanged: z.int() }),
  z.looseObject({ published: z.int(), unchanged: z.int() }),
]);

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

function remoteOf(env: Environment) {
  const [base, token] = [env['TONGBAN_URL']?.trim(), env['TONGBAN_TOKEN']?.trim()];
  if (!base || !token) throw new SetupError('缺少环境变量 TONGBAN_URL 或 TONGBAN_TOKEN');
  return ({ method, path, headers, body }: Call): Promise<Response> =>
    fetch(new URL(`/v1/nodes/${path}`, base), {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(requestTimeoutMs),
      redirect: 'error',
    });
}

async function tellRefusal(response: Response, say: Say): Promise<number> {
  const read = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!read.success) say(`服务应答 ${response.status}`);
  else {
    const { title, detail, code, errors = [] } = read.data;
    say(`${title}（${code ?? response.status}）${detail === undefined ? '' : `：${detail}`}`);
    for (const { path, message } of errors) say(`  ${path}：${message}`);
  }
  return 1;
}

function tellOutcome(json: unknown, say: Say): void {
  const outcome = outcomeSchema.parse(json);
  if ('proposal' in outcome) {
    say(
      `已提交 ${String(outcome.toPublish)} 条，${String(outcome.unchanged)} 条没有变化；须由另一人核准：${String(outcome.proposal)}`,
    );
  } else say(`已发布 ${outcome.published} 条，${outcome.unchanged} 条没有变化`);
}

/** One command of the catalogue; the exit status. */
export async function runCatalogue(command: CatalogueCommand, env: Environment, say: Say): Promise<number> {
  const call = remoteOf(env);
  const { node } = command;
  const key = { 'idempotency-key': randomUUID() };
  if (command.act === 'export') {
    const content = command.template ? 'template' : 'catalogue';
    const path = `${node}/catalogue/export?format=${formatOf(command.file)}&content=${content}`;
    const response = await call({ method: 'GET', path });
    if (!response.ok) return tellRefusal(response, say);
    writeFileSync(command.file, new Uint8Array(await response.arrayBuffer()));
    say(`已写入 ${command.file}`);
    return 0;
  }
  if (command.act === 'approve') {
    const headers = { ...key, 'if-match': `"${proposedSeq}"` };
    const response = await call({ method: 'POST', path: `${node}/proposals/${command.proposal}/approval`, headers });
    if (!response.ok) return tellRefusal(response, say);
    tellOutcome(await response.json(), say);
    return 0;
  }
  const body = new Uint8Array(readFileSync(command.file));
  const path = `${node}/catalogue/import${command.check ? '/check' : ''}?format=${formatOf(command.file)}`;
  const headers = { 'content-type': 'application/octet-stream', ...(command.check ? {} : key) };
  const response = await call({ method: 'POST', path, headers, body });
  if (!response.ok) return tellRefusal(response, say);
  if (!command.check) {
    tellOutcome(await response.json(), say);
    return 0;
  }
  const { total, problems } = checkSchema.parse(await response.json());
  say(total === 0 ? '没有发现问题' : `共 ${total} 处问题`);
  for (const { sheet, row, cell, column, message } of problems) {
    say(`  ${sheet}!${cell ?? `第 ${row} 行`}${column === undefined ? '' : `（${column}）`}：${message}`);
  }
  return total === 0 ? 0 : 1;
}
