import { localDate } from '@tongban/domain/calendar';
import { specialProcedures, nonAcceptanceReasons } from '@tongban/domain/casework';
import { heading, note, paragraph, type Block } from './paper.js';
import { application, isLicence, you, type Subject, type Written } from './subject.js';
import type { Template } from './template.js';
import { spokenDate, spokenDay, spokenDue } from './words.js';

const law = '《中华人民共和国行政许可法》';

export const addressee = ({ applicant }: Subject): Block => ({ kind: 'addressee', text: `${applicant.name}：` });

/** The authority, a place for its seal and the date: article 32 wants both on every written proof. */
export const signed = (
  { names }: Subject,
  { author, recordedAt }: Pick<Written<'case.accepted'>, 'author' | 'recordedAt'>,
): Block => ({
  kind: 'signature',
  lines: [names.authority(author), '（加盖专用印章）', spokenDay(recordedAt)],
});

const askHere = ({ names }: Subject): Block[] =>
  names.consultPhone === undefined ? [] : [note(`咨询电话：${names.consultPhone}`)];

export const acceptance: Template<'case.accepted'> = {
  entryType: 'case.accepted',
  number: ({ documentNumber }) => documentNumber,
  title: () => '受理通知书',
  body(subject, entry) {
    const { facts, recordedAt } = entry;
    const { item } = subject.state;
    const basis = isLicence(subject) ? `根据${law}第三十二条第一款第五项的规定，` : '根据有关规定，';
    const silent = facts.acceptedOn < localDate(recordedAt);
    const since = silent
      ? `因本机关逾期未一次告知补正，依法自收到申请材料之日即${spokenDate(facts.acceptedOn)}起视为受理。`
      : `受理日期为${spokenDate(facts.acceptedOn)}。`;
    return [
      addressee(subject),
      paragraph(
        `${you(subject)}于${spokenDay(subject.state.submittedAt)}提出的${application(subject)}，经审查，属于本机关职权范围，申请材料齐全、符合法定形式。${basis}本机关决定予以受理。${since}`,
      ),
      paragraph(
        item.statutoryDays === 0
          ? `本事项承诺于${spokenDue(facts.promisedDue)}前办结。`
          : `本事项法定办结时限至${spokenDue(facts.statutoryDue)}，本机关承诺于${spokenDue(facts.promisedDue)}前办结。依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在内，本机关将另行书面告知。`,
      ),
      paragraph('特此通知。'),
      signed(subject, entry),
      ...askHere(subject),
    ];
  },
};

export const supplementNotice: Template<'case.supplementRequested'> = {
  entryType: 'case.supplementRequested',
  number: ({ noticeNumber }) => noticeNumber,
  title: () => '补正材料一次性告知书',
  body(subject, entry) {
    const basis = isLicence(subject) ? `根据${law}第三十二条第一款第四项的规定，` : '';
    return [
      addressee(subject),
      paragraph(
        `${you(subject)}提出的${application(subject)}收悉。经审查，申请材料不齐全或者不符合法定形式。${basis}现将需要补正的全部内容一次性告知如下：`,
      ),
      {
        kind: 'table',
        columns: [
          { title: '序号', share: 1 },
          { title: '需要补正的材料', share: 9 },
        ],
        rows: entry.facts.materials.map((code, index) => [String(index + 1), subject.names.material(code)]),
      },
      heading('具体要求'),
      paragraph(entry.sealed.text),
      paragraph('请按上述要求一次补齐后交原收件窗口、代办点或者通过原渠道提交。补正期间不计入办理期限。'),
      signed(subject, entry),
      ...askHere(subject),
    ];
  },
};

/** 行政复议法 (2023) article 20, 行政诉讼法 article 46. */
export const remedies = ({ names }: Pick<Subject, 'names'>, title: string): Block =>
  paragraph(
    `如对本${title}不服，可以自收到之日起六十日内依法向有管辖权的行政复议机关申请行政复议，也可以自收到之日起六个月内依法向有管辖权的人民法院提起行政诉讼。${names.complaintPhone === undefined ? '' : `监督投诉电话：${names.complaintPhone}。`}`,
  );

export const nonAcceptance: Template<'case.notAccepted'> = {
  entryType: 'case.notAccepted',
  number: ({ documentNumber }) => documentNumber,
  title: () => '不予受理决定书',
  body(subject, entry) {
    const { reasonCode, legalBasis } = entry.facts;
    const kind = reasonCode === 'other' ? '' : `${nonAcceptanceReasons[reasonCode]}：`;
    return [
      addressee(subject),
      paragraph(
        `${you(subject)}于${spokenDay(subject.state.submittedAt)}提出的${application(subject)}，经审查，本机关决定不予受理。`,
      ),
      paragraph(`理由：${kind}${entry.sealed.reason}`),
      paragraph(`法律依据：${legalBasis}`),
      remedies(subject, '决定'),
      signed(subject, entry),
      ...askHere(subject),
    ];
  },
};

export const specialProcedure: Template<'case.paused'> = {
  entryType: 'case.paused',
  number: ({ noticeNumber }) => noticeNumber,
  title: () => '特别程序告知书',
  body(subject, entry) {
    const { procedure, legalBasis, workingDays, from, until } = entry.facts;
    return [
      addressee(subject),
      paragraph(
        `本机关办理${you(subject)}提出的${application(subject)}，依法需要进行${specialProcedures[procedure]}。根据${legalBasis}的规定，所需时间不计算在办理期限内，现将有关事项告知如下：`,
      ),
      {
        kind: 'fields',
        rows: [
          { label: '特别程序', value: specialProcedures[procedure] },
          { label: '开始日期', value: spokenDate(from) },
          { label: '所需时间', value: `不超过${workingDays}个工作日` },
          { label: '预计结束', value: spokenDue(until) },
          { label: '说明', value: entry.sealed.text },
        ],
      },
      paragraph('特别程序结束后，办理期限继续计算，剩余期限不变。'),
      signed(subject, entry),
      ...askHere(subject),
    ];
  },
};

export const extension: Template<'case.extensionDecided'> = {
  entryType: 'case.extensionDecided',
  isIssued: ({ outcome }) => outcome === 'granted',
  number: ({ noticeNumber }) => noticeNumber,
  title: () => '延长办理期限告知书',
  body(subject, entry) {
    const { promisedDue, statutoryDue } = entry.facts;
    const basis = isLicence(subject) ? `根据${law}第四十二条第一款的规定，` : '';
    const until = [
      statutoryDue === undefined ? undefined : `法定办结时限延长至${spokenDue(statutoryDue)}`,
      promisedDue === undefined ? undefined : `承诺办结时限延长至${spokenDue(promisedDue)}`,
    ].filter((text) => text !== undefined);
    return [
      addressee(subject),
      paragraph(
        `${you(subject)}提出的${application(subject)}，因下列原因不能在规定期限内作出决定。${basis}经本机关负责人批准，${until.join('，')}。`,
      ),
      paragraph(`延长期限的理由：${entry.sealed.reason}`),
      paragraph('特此告知。'),
      signed(subject, entry),
      ...askHere(subject),
    ];
  },
};
