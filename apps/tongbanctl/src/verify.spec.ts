import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyArchive } from './verify.js';

describe('tongbanctl verify', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'verify-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function said(content: string, parts: { json?: boolean; keys?: string } = {}): Promise<[number, string[]]> {
    const file = join(folder, 'case.zip');
    await writeFile(file, content);
    const lines: string[] = [];
    const { json = false, keys } = parts;
    return [await verifyArchive({ name: 'verify', file, keys, json }, (line) => lines.push(line)), lines];
  }

  it('says in plain words what does not hold, and ends with status 1', async () => {
    expect(await said('PK')).toEqual([1, [expect.stringMatching(/^✗ 不是完整的办件档案/), '结论：档案不可信']]);
  });

  it('says the same as one line of JSON', async () => {
    const [status, [line, ...more]] = await said('PK', { json: true });
    expect([status, more]).toEqual([1, []]);
    expect(JSON.parse(line!)).toMatchObject({ holds: false, findings: [{ holds: false }] });
  });

  it('names the file that is not there', async () => {
    await expect(said('PK', { keys: join(folder, 'none.json') })).rejects.toThrow('找不到文件');
  });
});
