import { refundReasons } from '@tongban/domain/casework';
import { addressee, signed } from './notices.js';
import { note, paragraph } from './paper.js';
import { application, you } from './subject.js';
import type { Template } from './template.js';
import { capitalYuan, yuan } from './words.js';

export const paymentNotice: Template<'case.feeNoticed'> = {
  entryType: 'case.feeNoticed',
  number: ({ noticeNumber }) => noticeNumber,
  title: () => '缴款通知书',
  body(subject, entry) {
    const { lines, amountFen } = entry.facts;
    return [
      addressee(subject),
      paragraph(`${you(subject)}提出的${application(subject)}，依法应当缴纳下列费用：`),
      {
        kind: 'table',
        columns: [
          { title: '收费项目', share: 3 },
          { title: '标准（元）', share: 2 },
          { title: '数量', share: 1.2 },
          { title: '金额（元）', share: 2 },
          { title: '收费依据', share: 4 },
        ],
        rows: lines.map(({ name, amountFen: standard, quantity, basis }) => [
          ...[name, yuan(standard), String(quantity), yuan(standard * quantity), basis],
        ]),
      },
      paragraph(`合计：人民币${capitalYuan(amountFen)}（¥${yuan(amountFen)}）。`),
      paragraph('请凭本通知书到综合收费窗口缴款或者网上缴款，缴款后索取财政票据。费用到账后发放办理结果。'),
      signed(subject, entry),
      note('除本通知书所列费用外，本事项不收取其他费用。代办服务不收费。'),
    ];
  },
};

export const feeExemption: Template<'case.feeExempted'> = {
  entryType: 'case.feeExempted',
  number: ({ documentNumber }) => documentNumber,
  title: () => '费用减免决定书',
  body: (subject, entry) => [
    addressee(subject),
    paragraph(
      `${you(subject)}提出的${application(subject)}，应缴费用人民币${capitalYuan(entry.facts.amountFen)}（¥${yuan(entry.facts.amountFen)}），根据${entry.facts.legalBasis}，本机关决定予以免收。`,
    ),
    paragraph(`理由：${entry.sealed.reason}`),
    signed(subject, entry),
  ],
};

export const feeRefund: Template<'case.feeRefunded'> = {
  entryType: 'case.feeRefunded',
  number: ({ documentNumber }) => documentNumber,
  title: () => '退费决定书',
  body: (subject, entry) => [
    addressee(subject),
    paragraph(
      `${you(subject)}办理${application(subject)}，凭缴款通知书${entry.facts.noticeNumber}缴纳的费用，因${refundReasons[entry.facts.reasonCode]}，本机关决定退还人民币${capitalYuan(entry.facts.amountFen)}（¥${yuan(entry.facts.amountFen)}），按原缴款渠道退回。`,
    ),
    paragraph(`说明：${entry.sealed.reason}`),
    signed(subject, entry),
  ],
};
