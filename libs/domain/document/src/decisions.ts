import { itemTypeName, itemTypes, type ItemType } from '@tongban/domain/catalogue';
import { refusalReasons } from '@tongban/domain/casework';
import { addressee, remedies, signed } from './notices.js';
import { fields, note, paragraph, type Block } from './paper.js';
import { application, isLicence, you, type Subject, type Written } from './subject.js';
import type { Template } from './template.js';
import { spokenDate, spokenDay } from './words.js';

const law = '《中华人民共和国行政许可法》';

/** 行政许可, 行政给付…; items that are none of the listed kinds are just handled. */
const kindName = ({ state }: Subject): string => {
  const type = itemTypes.find((known): known is ItemType => known === state.item.type);
  return type === undefined ? '办理' : itemTypeName(type);
};

function approval(subject: Subject): Block[] {
  const { item } = subject.state;
  const basis = isLicence(subject) ? `根据${law}第三十八条第一款的规定，` : '';
  const result =
    item.resultKind === 'none'
      ? ''
      : `本机关将自作出本决定之日起十日内向${you(subject)}颁发、送达“${item.resultName}”。`;
  return [
    paragraph(
      `${you(subject)}于${spokenDay(subject.state.submittedAt)}提出的${application(subject)}，经审查，符合法定条件、标准。${basis}本机关决定准予${isLicence(subject) ? '行政许可' : '办理'}。${result}`,
    ),
  ];
}

function refusal(subject: Subject, { facts, sealed }: Written<'case.decided'>): Block[] {
  const basis = isLicence(subject) ? `根据${law}第三十八条第二款的规定，` : '';
  const kind =
    facts.reasonCode === undefined || facts.reasonCode === 'other' ? '' : `${refusalReasons[facts.reasonCode]}。`;
  return [
    paragraph(
      `${you(subject)}于${spokenDay(subject.state.submittedAt)}提出的${application(subject)}，经审查，${basis}本机关决定不予${isLicence(subject) ? '行政许可' : '办理'}。`,
    ),
    paragraph(`理由：${kind}${sealed.reason ?? ''}`),
    ...(facts.legalBasis === undefined ? [] : [paragraph(`法律依据：${facts.legalBasis}`)]),
    // The words of whoever decided; where an old entry has none, those of the law.
    facts.remedies === undefined ? remedies(subject, '决定') : paragraph(`救济途径：${facts.remedies}`),
  ];
}

export const decision: Template<'case.decided'> = {
  entryType: 'case.decided',
  number: ({ documentNumber }) => documentNumber,
  title: ({ outcome }, type) => {
    const act = type === 'licence' ? '行政许可' : '办理';
    return `${outcome === 'approve' ? '准予' : '不予'}${act}决定书`;
  },
  body: (subject, entry) => [
    addressee(subject),
    ...(entry.facts.outcome === 'approve' ? approval(subject) : refusal(subject, entry)),
    signed(subject, entry),
  ],
};

export const reply: Template<'case.replied'> = {
  entryType: 'case.replied',
  number: ({ documentNumber }) => documentNumber,
  title: () => '明确答复书',
  body: (subject, entry) => [
    addressee(subject),
    paragraph(
      `关于${you(subject)}提出的${application(subject)}，经研究，答复意见为：${entry.facts.outcome === 'approve' ? '准予办理' : '不予办理'}。具体答复如下：`,
    ),
    paragraph(entry.sealed.text),
    ...(entry.facts.outcome === 'approve' ? [] : [remedies(subject, '答复')]),
    signed(subject, entry),
  ],
};

/** The record of what was issued, with what anybody needs to check it. */
export const result: Template<'case.certified'> = {
  entryType: 'case.certified',
  number: ({ certificateNumber }) => certificateNumber,
  title: ({ resultName }) => resultName,
  body(subject, entry) {
    const { certificateNumber, validFrom, validTo } = entry.facts;
    const { verification, verificationCode } = subject.links;
    const check: Block[] =
      verification === undefined
        ? []
        : [{ kind: 'qr', text: verification, caption: `扫码核验真伪　核验码：${verificationCode ?? ''}` }];
    return [
      fields([
        ['持证人', subject.applicant.name],
        ['事项名称', subject.state.item.name],
        ['事项类型', kindName(subject)],
        ['证照编号', certificateNumber],
        ['有效期', `${spokenDate(validFrom)}起${validTo === undefined ? '长期有效' : `至${spokenDate(validTo)}止`}`],
        ['办件编号', subject.state.number],
        ['发证机关', subject.names.authority(entry.author)],
      ]),
      signed(subject, entry),
      ...check,
      note('本页载明办理结果的登记信息，与加盖印章的证照、批文一并使用；信息以发证机关核验结果为准。'),
    ];
  },
};
