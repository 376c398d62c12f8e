import fc from 'fast-check';
import { pageCountOf, textOfPdf } from '@tongban/testkit';
import type { Block, Paper } from './layout.js';
import { printable } from './printable.js';
import { renderPdf } from './render.js';
import { code128, qrCode } from './symbols.js';

const paper = (...blocks: Block[]): Paper => ({
  ...{ title: '受理通知书', author: '东港区民政局', createdAt: 1_772_000_000_000, footer: '办件编号 3711' },
  blocks,
});
const bare = (text: string): string => text.replaceAll(/\s/g, '');
const sizeOf = (pdf: Buffer): number[] =>
  /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1'))!.slice(1).map(Number);

const everything: readonly Block[] = [
  { kind: 'title', over: '东港区民政局', text: '受理通知书' },
  { kind: 'number', text: '编号：SL1' },
  { kind: 'addressee', text: '王秀英：' },
  { kind: 'paragraph', text: '第一段。\n第二段。' },
  { kind: 'heading', text: '一、材料' },
  { kind: 'list', items: ['居民身份证', '户口簿'] },
  { kind: 'fields', rows: [{ label: '送达人', value: '李明', blankLines: 2 }] },
  {
    kind: 'table',
    columns: [
      { title: '序号', share: 1 },
      { title: '名称', share: 3 },
    ],
    rows: [['1', '照片']],
  },
  { kind: 'barcode', text: '37110200100020260302000011' },
  { kind: 'qr', text: 'https://tongban.example/v1/progress/1/page?code=2', caption: '扫码查询' },
  { kind: 'signature', lines: ['东港区民政局', '2026年3月2日'] },
  { kind: 'note', text: '一式两份。' },
];

describe('renderPdf', () => {
  it.each(['a4', '80'] as const)('shows every block as text that can be selected (%s)', async (width) => {
    const text = bare(textOfPdf(await renderPdf(paper(...everything), { width })));
    const words = ['东港区民政局', '受理通知书', '编号：SL1', '王秀英：', '第二段。', '一、材料', '居民身份证'];
    for (const word of [...words, '送达人', '李明', '照片', '37110200100020260302000011', '扫码查询', '一式两份。'])
      expect(text).toContain(word);
  });

  it('is PDF/A-2b with its font inside, and the same paper gives the same bytes', async () => {
    const [first, second] = [await renderPdf(paper(...everything)), await renderPdf(paper(...everything))];
    expect(first.equals(second)).toBe(true);
    const raw = first.toString('latin1');
    expect(raw).toContain('<pdfaid:part>2</pdfaid:part>');
    expect(raw).toContain('/OutputIntents');
    expect(raw).toContain('/FontFile2');
    expect(raw).toContain('/Lang (zh-CN)');
    expect((await renderPdf({ ...paper(...everything), createdAt: 1 })).equals(first)).toBe(false);
  });

  it('is A4, or as long as the receipt', async () => {
    const [width, height] = sizeOf(await renderPdf(paper(...everything)));
    expect([Math.round(width!), Math.round(height!)]).toEqual([595, 842]);
    const short = sizeOf(await renderPdf(paper(everything[3]!), { width: '80' }));
    const long = sizeOf(await renderPdf(paper(...everything), { width: '80' }));
    expect([Math.round(short[0]!), Math.round(long[0]!)]).toEqual([227, 227]);
    expect(long[1]).toBeGreaterThan(short[1]! + 200);
  });

  it.each(['a4', '80'] as const)(
    'says on every page of a copy, and in its own data, whose it is (%s)',
    async (width) => {
      const mark = '副本，仅供查阅。查阅人 li&<x>，查阅时间 2026-03-02T02:00:00.000Z';
      const original = paper(...everything, { kind: 'fields', rows: [{ label: '理由', value: '长'.repeat(3_000) }] });
      const copy = await renderPdf({ ...original, mark }, { width });
      const shown = bare(textOfPdf(copy)).match(/查阅人li&<x>，查阅时间2026-03-02T02:00:00.000Z/g);
      expect(shown).toHaveLength(pageCountOf(copy));
      expect(pageCountOf(copy) > 1).toBe(width === 'a4');
      const data = copy.toString('utf8');
      expect(data).toContain('副本，仅供查阅。查阅人 li＆＜x＞，查阅时间 2026-03-02T02:00:00.000Z');
      expect(textOfPdf(await renderPdf(original, { width }))).not.toContain('副本');
    },
  );

  it('cuts a mark that would run into the text, and writes what has no shape as its code', async () => {
    const copy = await renderPdf({ ...paper(...everything), mark: `${'人'.repeat(400)}终` });
    expect(textOfPdf(copy)).not.toContain('终');
    const odd = (await renderPdf({ ...paper(...everything), mark: 'a\u0000]]>b' })).toString('utf8');
    expect(odd).toContain('a〔U+0000〕]]＞b');
  });

  it('goes on over pages with the head of the table, and loses no row', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => [`${index + 1}`, `第${index + 1}号材料`]);
    const pdf = await renderPdf(
      paper({
        kind: 'table',
        columns: [
          { title: '序号', share: 1 },
          { title: '材料名称', share: 4 },
        ],
        rows,
      }),
    );
    const text = textOfPdf(pdf);
    const pages = pageCountOf(pdf);
    expect(pages).toBeGreaterThan(3);
    expect(text.match(/材料名称/g)).toHaveLength(pages);
    for (const [, name] of rows) expect(text).toContain(name);
    expect(text).toContain(`第 ${pages} 页，共 ${pages} 页`);
  });

  it('breaks a cell that is longer than a page', async () => {
    const value = '长'.repeat(6_000);
    const pdf = await renderPdf(paper({ kind: 'fields', rows: [{ label: '理由', value }] }));
    expect(textOfPdf(pdf).match(/长/g)).toHaveLength(6_000);
    expect(pageCountOf(pdf)).toBeGreaterThan(3);
  });

  it('writes a character that it has no shape for as its code, and says so', async () => {
    const text = textOfPdf(await renderPdf(paper({ kind: 'addressee', text: '王𠮷\u202e英：' })));
    expect(text).toContain('王〔U+20BB7〕〔U+202E〕英：');
    expect(bare(text)).toContain('〔U+20BB7〕、〔U+202E〕为本机字库没有的字');
    expect(textOfPdf(await renderPdf(paper({ kind: 'addressee', text: '王英：' })))).not.toContain('字库');
  });
});

describe('printable', () => {
  it('shows every character or its code, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const shown = printable(text);
        const back = shown.text.replaceAll(/〔U\+([0-9A-F]{4,6})〕/g, (_, hex: string) =>
          String.fromCodePoint(Number.parseInt(hex, 16)),
        );
        expect(back).toBe(text.replaceAll('\r\n', '\n').replaceAll('\t', ' '));
        expect(printable(shown.text)).toEqual({ text: shown.text, missing: new Set() });
      }),
    );
  });
});

describe('codes', () => {
  it('begin and end with a bar, and fit their grid', () => {
    for (const symbol of [code128('37110200100020260302000011'), qrCode('https://tongban.example/')]) {
      expect(symbol.bars[0]).toMatchObject({ x: 0, y: 0 });
      for (const { x, y, width, height } of symbol.bars) {
        expect(x + width).toBeLessThanOrEqual(symbol.width);
        expect(y + height).toBeLessThanOrEqual(symbol.height);
      }
    }
    // 26 digits in pairs: start, 13, check, stop (ISO/IEC 15417 §4.2).
    expect(code128('37110200100020260302000011').width).toBe((1 + 13 + 1) * 11 + 13);
    // The finder pattern (ISO/IEC 18004 §6.3.3).
    expect(qrCode('x').bars[0]).toEqual({ x: 0, y: 0, width: 7, height: 1 });
  });
});
