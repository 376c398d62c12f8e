import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zh } from '../../libs/console/public/src/texts.zh-CN.js';

const folder = join(import.meta.dirname, '..', '..', 'libs', 'console', 'public', 'src');

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));

/** What a path of a text leads to; of `levels.${level}`, the group that it is looked up in. */
const at = (path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], zh);

/** A text that counts is found under its plural forms. */
const isText = (key: string): boolean => [key, `${key}_other`].some((each) => typeof at(each) === 'string');

it.each(sources)('%s says nothing that has no text', (file) => {
  const source = readFileSync(join(folder, file), 'utf8');
  // Those of the shared texts are named by their own test.
  if (source.includes("useTranslation('shared')")) return;
  const whole = [...source.matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key!);
  expect(whole.filter((key) => !isText(key))).toEqual([]);
  const groups = [...source.matchAll(/\bt\(`([\w.]+)\.\$\{/g)].map(([, group]) => [group, typeof at(group!)]);
  expect(groups.filter(([, type]) => type !== 'object')).toEqual([]);
});
