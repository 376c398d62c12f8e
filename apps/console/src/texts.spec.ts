import { agentTexts } from '@tongban/console/agent';
import { publicTexts } from '@tongban/console/public';
import { sharedTexts } from '@tongban/console/shared';
import { features } from './features.js';
import { galleryTexts } from './gallery/texts.js';
import { shellTexts } from './texts.js';

const leaves = (value: object, path = ''): [string, unknown][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, unknown][] =>
    typeof inner === 'object' && inner !== null ? leaves(inner, `${path}${key}/`) : [[`${path}${key}`, inner]],
  );
const placeholders = (text: unknown): string[] => (String(text).match(/\{\{\w+\}\}/g) ?? []).sort();

const all = {
  ...Object.fromEntries(features.map(({ name, texts }) => [name, texts])),
  public: publicTexts,
  shared: sharedTexts,
  shell: shellTexts,
  agent: agentTexts,
  gallery: galleryTexts,
};

describe.each(Object.entries(all))('%s', (_name, texts) => {
  it('says the same in every language', () => {
    const chinese = new Map(leaves(texts['zh-CN']));
    const english = new Map(leaves(texts.en));
    expect([...english.keys()]).toEqual([...chinese.keys()]);
    for (const [key, text] of chinese) {
      expect([key, typeof text]).toEqual([key, 'string']);
      expect([key, placeholders(english.get(key))]).toEqual([key, placeholders(text)]);
    }
  });
});
