import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clerk, township, type Desk } from './casework-desk.js';

const program = join(import.meta.dirname, '..', '..', 'dist', 'apps', 'tongbanctl', 'main.js');

/** Fetched, checked by the program with the file and the published keys alone, and found out when a byte is changed. */
export async function archived(desk: Desk, record: string): Promise<void> {
  const response = await fetch(desk.office.url(township, `/cases/${record}/archive`), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await desk.office.token(clerk)}`,
    },
    body: JSON.stringify({ purpose: '办结归档' }),
  });
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const file = desk.running.city.folder.file('archive.zip');
  const verify = (content: Buffer): number | null => {
    writeFileSync(file, content);
    const args = [program, 'verify', file, '--keys', desk.running.city.folder.file('key-directory.json')];
    return spawnSync(process.execPath, args, { encoding: 'utf8' }).status;
  };
  expect(verify(bytes)).toBe(0);
  const spoiled = Buffer.from(bytes);
  spoiled[Math.floor(spoiled.length / 3)]! ^= 1;
  expect(verify(spoiled)).toBe(1);
}
