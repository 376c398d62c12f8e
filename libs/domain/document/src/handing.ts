import { channels, deliveryMethods, type CaseState, type MaterialFact } from '@tongban/domain/casework';
import { addressee, signed } from './notices.js';
import { fields, note, paragraph, type Block } from './paper.js';
import { you, type Subject, type Written } from './subject.js';
import type { Template } from './template.js';
import { maskedNumber, spokenDay, spokenTime } from './words.js';

/** Materials in the order in which they were first handed in, each with its number of files. */
function handedIn(materials: readonly MaterialFact[], { names }: Subject): string[][] {
  const counts = new Map<string, number>();
  for (const { material } of materials) counts.set(material, (counts.get(material) ?? 0) + 1);
  return [...counts].map(([code, count], index) => [String(index + 1), names.material(code), String(count)]);
}

const promise = ({ item }: CaseState): string => {
  if (item.promisedDays === 0) return '当场办结';
  return `受理之日起${item.promisedDays}个${item.timeUnit === 'workingDay' ? '工作日' : '自然日'}`;
};

function progressCodes({ links }: Subject): Block[] {
  if (links.progress === undefined) {
    return [note('查询进度请用提交申请时告知的查询码；忘记的，凭有效身份证件到收件单位查询。')];
  }
  return [{ kind: 'qr', text: links.progress, caption: `扫码查询办理进度　查询码：${links.queryCode ?? ''}` }];
}

/** 收件凭证: proves what was handed in, before anybody has looked at whether it is accepted. */
export const receipt: Template<'case.submitted'> = {
  entryType: 'case.submitted',
  number: () => undefined,
  title: () => '收件凭证',
  body(subject, entry) {
    const { number, channel, materials, intake } = entry.facts;
    const { state, applicant, names } = subject;
    return [
      { kind: 'barcode', text: number },
      fields([
        ['办件编号', number],
        ['事项名称', state.item.name],
        ['申请人', applicant.name],
        ['联系电话', maskedNumber(applicant.phone)],
        ['收件单位', names.place(intake)],
        ['收件方式', channels[channel]],
        ['收件时间', spokenTime(entry.recordedAt)],
        ['承诺时限', promise(state)],
      ]),
      ...(materials.length === 0
        ? [paragraph('未收取申请材料。')]
        : [
            {
              kind: 'table' as const,
              columns: [
                { title: '序号', share: 1.2 },
                { title: '已收材料', share: 7 },
                { title: '件数', share: 1.2 },
              ],
              rows: handedIn(materials, subject),
            },
          ]),
      ...progressCodes(subject),
      note('本凭证仅证明收到上述材料，是否受理以受理通知书或者不予受理决定书为准。请妥善保管查询码，勿告知他人。'),
      ...(names.consultPhone === undefined ? [] : [note(`咨询电话：${names.consultPhone}`)]),
      { kind: 'signature', lines: [names.place(intake), spokenDay(entry.recordedAt)] },
    ];
  },
};

export const pickUp: Template<'case.certified'> = {
  entryType: 'case.certified',
  isIssued: (facts) => 'pickUpCodeHash' in facts,
  number: () => undefined,
  title: () => '领取通知单',
  body(subject, entry) {
    const code = entry.sealed !== undefined && 'pickUpCode' in entry.sealed ? entry.sealed.pickUpCode : undefined;
    return [
      addressee(subject),
      paragraph(
        `${you(subject)}申请办理的“${subject.state.item.name}”（办件编号：${subject.state.number}）已经办结，“${entry.facts.resultName}”（编号：${entry.facts.certificateNumber}）已制作完成，请前来领取。`,
      ),
      fields([
        ['领取地点', subject.names.place(subject.state.route.deliver)],
        ['取件码', code],
        ['领取方式', '出示取件码，或者出示本人有效身份证件；委托他人领取的，同时出示受托人身份证件'],
      ]),
      ...(code === undefined ? [] : [{ kind: 'barcode' as const, text: code }]),
      note('取件码只用于领取本次办理结果，请勿告知无关人员。'),
      signed(subject, entry),
    ];
  },
};

/** Papers that a receipt of delivery names: what ended the case, with its number. */
function delivered({ nonAcceptance, decision, certificate }: CaseState): string {
  const papers = [
    nonAcceptance === null ? undefined : `不予受理决定书（${nonAcceptance.documentNumber}）`,
    decision === null ? undefined : `决定书（${decision.documentNumber}）`,
    certificate === null ? undefined : `${certificate.resultName}（${certificate.number}）`,
  ];
  return papers.filter((text) => text !== undefined).join('\n');
}

/** 送达回证: filled in by hand at the handing over where the delivery has not been recorded yet. */
function deliveryBody(subject: Subject, handing?: Written<'case.delivered'>): Block[] {
  const { state, applicant, names } = subject;
  const parcel = handing !== undefined && 'parcel' in handing.facts ? handing.facts.parcel : undefined;
  const proof = handing !== undefined && 'proof' in handing.facts ? '凭取件码领取' : '';
  const blank = (label: string, value: string, blankLines = 2) => ({ label, value, blankLines });
  return [
    {
      kind: 'fields',
      rows: [
        blank('案由（事项）', `${state.item.name}（办件编号：${state.number}）`, 1),
        blank('送达文书及文号', delivered(state), 1),
        blank('受送达人', applicant.name, 1),
        blank('送达方式', handing === undefined ? '' : deliveryMethods[handing.facts.method]),
        ...(parcel === undefined ? [] : [blank('承运及邮件号', `${parcel.carrier}　${parcel.trackingNumber}`, 1)]),
        blank('送达地点', handing === undefined ? '' : names.place(handing.author)),
        blank('收件人', handing === undefined ? '' : `${handing.sealed.recipient}　${proof}`.trimEnd()),
        blank('收件人签名', '', 3),
        blank(
          '送达时间',
          handing === undefined ? '　　　年　　月　　日　　时　　分' : spokenTime(handing.facts.deliveredAt),
        ),
        blank('代收人及理由', '', 3),
        blank('送达人', ''),
        blank('备注', '', 3),
      ],
    },
    note('受送达人拒绝签收的，送达人应当邀请见证人到场，说明情况，在备注栏记明拒收事由和日期，由送达人、见证人签名。'),
  ];
}

const deliveryTitle = { number: () => undefined, title: () => '送达回证' };
/** One template for each entry after which there is something to hand over, and for the handing over itself. */
export const receiptOfNonAcceptance: Template<'case.notAccepted'> = {
  ...{ entryType: 'case.notAccepted', ...deliveryTitle },
  body: (subject) => deliveryBody(subject),
};
export const receiptOfDecision: Template<'case.decided'> = {
  ...{ entryType: 'case.decided', ...deliveryTitle },
  body: (subject) => deliveryBody(subject),
};
export const receiptOfCertificate: Template<'case.certified'> = {
  ...{ entryType: 'case.certified', ...deliveryTitle },
  body: (subject) => deliveryBody(subject),
};
export const receiptOfDelivery: Template<'case.delivered'> = {
  ...{ entryType: 'case.delivered', ...deliveryTitle },
  body: (subject, entry) => deliveryBody(subject, entry),
};
