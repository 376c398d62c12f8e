import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCatalogueCommand } from './arguments.js';
import { runCatalogue } from './run.js';

const city = '371100000000';
const folder = mkdtempSync(join(tmpdir(), 'tongban-catalogue-'));
const file = join(folder, 'catalogue.json');
const requests: { line: string; key: string | undefined; body: string }[] = [];
const answers = new Map<string, { status: number; body: unknown }>();
let server: Server;
let env: Record<string, string>;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
};

beforeAll(async () => {
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const path = (request.url ?? '').split('?')[0]!;
      requests.push({
        line: `${request.method} ${request.url}`,
        key: request.headers['idempotency-key'] as string,
        body,
      });
      const { status, body: answer } = answers.get(path.replace(`/v1/nodes/${city}`, '')) ?? { status: 404, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  env = { TONGBAN_URL: `http://127.0.0.1:${port}`, TONGBAN_TOKEN: 'token' };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await new Promise((resolve) => server.close(resolve));
});

async function told(...args: string[]): Promise<{ status: number; lines: string[] }> {
  const lines: string[] = [];
  const command = parseCatalogueCommand(['catalogue', ...args])!;
  return { status: await runCatalogue(command, env, (line) => lines.push(line)), lines };
}

describe('tongbanctl catalogue', () => {
  it('writes an export, or the template, into a file', async () => {
    answers.set('/catalogue/export', { status: 200, body: { items: [] } });
    expect(await told('export', city, file)).toEqual({ status: 0, lines: [`已写入 ${file}`] });
    expect(readFileSync(file, 'utf8')).toBe('{"items":[]}');
    await told('export', city, file, '--template');
    expect(requests.at(-1)?.line).toContain('format=json&content=template');
  });

  it('brings a file in, and says that a second person is wanted', async () => {
    writeFileSync(file, '{"items":[1]}');
    answers.set('/catalogue/import', {
      status: 202,
      body: { state: 'proposed', proposal: 'p-1', toPublish: 3, unchanged: 4 },
    });
    const done = await told('import', city, file);
    expect(done).toEqual({ status: 0, lines: ['已提交 3 条，4 条没有变化；须由另一人核准：p-1'] });
    expect(requests.at(-1)).toMatchObject({
      body: '{"items":[1]}',
      key: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    answers.set('/proposals/p-1/approval', { status: 201, body: { published: 3, unchanged: 4 } });
    expect(await told('approve', city, 'p-1')).toEqual({ status: 0, lines: ['已发布 3 条，4 条没有变化'] });
  });

  it('lists every cell that is wrong', async () => {
    const problems = [{ sheet: '事项', row: 4, cell: 'F4', column: '承诺时限', message: '应为整数' }];
    answers.set('/catalogue/import/check', { status: 200, body: { total: 1, problems } });
    expect(await told('import', city, file, '--check')).toEqual({
      status: 1,
      lines: ['共 1 处问题', '  事项!F4（承诺时限）：应为整数'],
    });
    const errors = [{ path: '事项!F4（承诺时限）', message: '应为整数' }];
    answers.set('/catalogue/import', {
      status: 400,
      body: { title: '表格内容不符合要求', code: 'sheet.invalid', errors },
    });
    const refused = await told('import', city, file);
    expect(refused.status).toBe(1);
    expect(refused.lines).toEqual(['表格内容不符合要求（sheet.invalid）', '  事项!F4（承诺时限）：应为整数']);
  });

  it.each([
    [['export'], '12 位区划代码'],
    [['export', city], '应给出文件'],
    [['export', city, 'a.csv'], '.xlsx 或 .json'],
    [['import', city, 'a.json', '--template'], '只用于 catalogue export'],
    [['import', city, 'a.json', 'b'], '多余的参数'],
    [['publish', city, 'a.json'], 'catalogue export CODE FILE'],
  ])('says how it is used: %s', (args, message) => {
    expect(() => parseCatalogueCommand(['catalogue', ...args])).toThrow(message);
  });

  it('wants to know where and who, and leaves other commands alone', async () => {
    const command = parseCatalogueCommand(['catalogue', 'export', city, file])!;
    await expect(runCatalogue(command, {}, () => undefined)).rejects.toThrow('TONGBAN_TOKEN');
    expect(parseCatalogueCommand(['up'])).toBeUndefined();
  });
});
