import { blocksOf, documentsOf, findDocument, type CaseDocument } from './documents.js';
import { applicant, certificateNumber, lifeOf, subjectOf, type Life, type LineName } from './life.fixture.js';
import type { Block } from './paper.js';
import type { Subject } from './subject.js';

const type = 'licence';
const listed = (life: Life): CaseDocument[] => documentsOf(life.entries, type);

function blocks(life: Life, asked: string, parts: Partial<Subject> = {}): readonly Block[] {
  const document = findDocument(listed(life), asked);
  if (document === undefined) throw new Error(`no document ${asked}`);
  const at = document.seq - 1;
  return blocksOf(document, life.entries[at]!, life.sealed[at], subjectOf(life.state, parts));
}
const textOf = (...parameters: Parameters<typeof blocks>): string => JSON.stringify(blocks(...parameters));

describe('documents of a case', () => {
  it('follow from its entries, each with its number', () => {
    const life = lifeOf('supplement', 'supplemented', 'accepted', 'paused', 'approved', 'certified', 'delivered');
    expect(listed(life).map(({ id, kind, title }) => [id, kind, title])).toEqual([
      ['receipt', 'receipt', '收件凭证'],
      ['BZ1', 'supplementNotice', '补正材料一次性告知书'],
      ['SL1', 'acceptance', '受理通知书'],
      ['TB1', 'specialProcedure', '特别程序告知书'],
      ['JD1', 'decision', '准予行政许可决定书'],
      [certificateNumber, 'result', '高龄津贴证'],
      ['pickUp', 'pickUp', '领取通知单'],
      ['deliveryReceipt', 'deliveryReceipt', '送达回证'],
    ]);
    expect(findDocument(listed(life), 'acceptance')?.id).toBe('SL1');
    expect(findDocument(listed(life), 'XX')).toBeUndefined();
  });

  it('are not issued by an extension that was rejected', () => {
    expect(listed(lifeOf('accepted', 'asked', 'rejected')).map(({ kind }) => kind)).not.toContain('extension');
  });

  it('refuse what their entry does not issue', () => {
    const life = lifeOf('accepted');
    const [receipt] = listed(life);
    expect(() => blocksOf(receipt!, life.entries[1]!, undefined, subjectOf(life.state))).toThrow('issues no receipt');
  });

  it.each<[LineName[], string, readonly string[]]>([
    [
      ['accepted'],
      'SL1',
      ['第三十二条第一款第五项', '决定予以受理', '2026年3月9日前办结', '暂定日期', '（加盖专用印章）'],
    ],
    [['supplement'], 'BZ1', ['第三十二条第一款第四项', '户口簿', '照片', '全部内容一次性告知', '户口簿须含本人页。']],
    [['notAccepted'], 'BY1', ['不属于本机关职权范围', '应向户籍所在地申请。', '某办法第三条', '六十日内', '六个月内']],
    [
      ['accepted', 'paused'],
      'TB1',
      ['现场勘验', '某条例第九条', '不超过5个工作日', '须入户核实。', '不计算在办理期限内'],
    ],
    [['accepted', 'asked', 'extended'], 'YQ1', ['第四十二条第一款', '负责人批准', '2026年4月20日', '须调取外省档案。']],
    [['accepted', 'approved'], 'JD1', ['第三十八条第一款', '准予行政许可', '十日内', '高龄津贴证']],
    [
      ['accepted', 'refused'],
      'JD2',
      ['第三十八条第二款', '不予行政许可', '年龄不足。', '某办法第五条', '东港区人民法院'],
    ],
    [['accepted', 'approved', 'replied'], 'DF1', ['明确答复书', '准予办理', '准予。']],
    [
      ['accepted', 'noticed'],
      'JK1',
      ['工本费', '12.50', '25.00', '贰拾伍元整', '某价费〔2020〕12号', '不收取其他费用'],
    ],
    [['accepted', 'exempted'], 'JM1', ['免收', '老年人权益保障法第五十九条', '年满八十。']],
    [['accepted', 'noticed', 'paid', 'refunded'], 'TF1', ['退还人民币贰拾伍元整', 'JK1', '多收、误收']],
    [['accepted', 'approved', 'certified'], 'pickUp', ['482913', '日照街道便民服务中心', '有效身份证件']],
    [['accepted', 'approved', 'certified'], 'result', [certificateNumber, '长期有效', '行政许可', '王秀英']],
  ])('after %j, %s says what the law wants', (names, asked, words) => {
    const text = textOf(lifeOf(...names), asked);
    for (const word of [...words, '高龄津贴申领']) expect(text).toContain(word);
    expect(text).not.toMatch(/undefined|null|NaN/);
  });

  it('cite the licensing law for licences only, and speak to organisations as such', () => {
    const life = lifeOf('accepted');
    const state = {
      ...life.state,
      item: { ...life.state.item, type: 'benefit' },
      applicantType: 'enterprise',
    } as const;
    const text = textOf({ ...life, state }, 'SL1');
    expect(text).not.toContain('行政许可法');
    expect(text).toContain('你单位于');
    expect(documentsOf(lifeOf('accepted', 'refused').entries, 'benefit').find(({ id }) => id === 'JD2')?.title).toBe(
      '不予办理决定书',
    );
  });
});

describe('the receipt', () => {
  const life = lifeOf('accepted');

  it('counts what was handed in, and hides the number of the phone', () => {
    const receipt = blocks(life, 'receipt');
    expect(receipt).toContainEqual({ kind: 'barcode', text: life.state.number });
    expect(receipt.find(({ kind }) => kind === 'table')).toMatchObject({
      rows: [
        ['1', '居民身份证', '2'],
        ['2', '户口簿', '1'],
      ],
    });
    const text = JSON.stringify(receipt);
    expect(text).not.toContain(applicant.phone);
    expect(text).not.toContain(applicant.identityNumber);
  });

  it('shows the code only where it is known', () => {
    expect(textOf(life, 'receipt')).toContain('用提交申请时告知的查询码');
    const links = {
      progress: 'https://x/1',
      queryCode: '234765',
      verification: undefined,
      verificationCode: undefined,
    };
    expect(blocks(life, 'receipt', { links })).toContainEqual({
      ...{ kind: 'qr', text: 'https://x/1', caption: '扫码查询办理进度　查询码：234765' },
    });
  });
});

describe('the receipt of delivery', () => {
  it('is there to be signed before the delivery, and filled in after it', () => {
    const before = textOf(lifeOf('accepted', 'approved', 'certified'), 'deliveryReceipt');
    expect(before).toContain(certificateNumber);
    expect(before).not.toContain('EMS123456');
    const after = textOf(lifeOf('accepted', 'approved', 'certified', 'delivered'), 'deliveryReceipt');
    for (const word of ['邮寄送达', '中国邮政', 'EMS123456', '2026年3月2日18时00分']) expect(after).toContain(word);
    expect(textOf(lifeOf('notAccepted'), 'deliveryReceipt')).toContain('不予受理决定书（BY1）');
  });
});
