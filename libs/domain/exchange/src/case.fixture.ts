import { nodeCode } from '@tongban/kernel';
import type { CaseForExchange } from './case-for-exchange.js';
import { nationalJson } from './profile.js';

export const shandong = nationalJson({ province: '37' });

const minuteMs = 60_000;
const submitted = Date.UTC(2026, 2, 2, 1, 0, 0);
export const minutesAfter = (minutes: number): number => submitted + minutes * minuteMs;

const implementationCode = '11511301008778183N5370113002000';

/** A closed, rated case of a villager served by an agent; every rule holds for it. */
export const closedCase: CaseForExchange = {
  record: '01900000-0000-7000-8000-000000000001',
  number: `${implementationCode}20260302100000001`,
  intake: nodeCode('371102001001'),
  item: {
    basicCode: '370113002000',
    implementationCode,
    version: 3,
    name: '老年人优待证办理',
    regime: 'promised',
  },
  department: { name: '秦楼街道便民服务中心', uscc: '11511301008778183N' },
  channel: 'agent',
  applicantType: 'naturalPerson',
  identityType: 'residentIdentityCard',
  submittedAt: submitted,
  acceptance: { at: minutesAfter(30), documentNumber: '秦受〔2026〕12号', handlerName: '王敏' },
  promisedDue: { date: '2026-03-09', provisional: false },
  dossier: {
    applicant: { name: '李秀英', identityNumber: '11010519491231002X', phone: '13806330001' },
    agent: { name: '张建国', phone: '13906330002' },
  },
  steps: [
    {
      name: '受理',
      action: 'accepted',
      startedAt: minutesAfter(30),
      handlerName: '王敏',
      explanation: '材料齐全，予以受理',
    },
    {
      name: '审批',
      action: 'agreed',
      startedAt: minutesAfter(60),
      endedAt: minutesAfter(90),
      handlerName: '赵立',
      explanation: '符合条件，同意',
    },
  ],
  materials: [{ name: '居民身份证', fileName: '身份证.jpg', copies: 1 }],
  closing: {
    type: 'granted',
    at: minutesAfter(120),
    delivery: 'village',
    certificate: { name: '老年人优待证', number: '鲁优2026001' },
  },
  rating: { level: 'verySatisfied', channel: 'qrCode', at: minutesAfter(200), reasonCodes: ['501'], occasion: 1 },
};

/** The same case after a survey of the site, an extension, a fee and a warning: every kind of row has one. */
export const fullCase: CaseForExchange = {
  ...closedCase,
  item: { ...closedCase.item, typeCode: '05', promisedDays: 5, statutoryDays: 20 },
  queryPassword: '234765',
  steps: [
    closedCase.steps[0]!,
    {
      name: '现场勘验',
      action: 'suspended',
      startedAt: minutesAfter(40),
      handlerName: '王敏',
      explanation: '须到住所核实',
    },
    closedCase.steps[1]!,
  ],
  specials: [
    {
      ...{ type: 'siteSurvey', name: '现场勘验', noticeNumber: 'TB37110200000020260302000011' },
      ...{ startedAt: minutesAfter(40), endedAt: minutesAfter(50), reason: '须到住所核实', result: '情况属实' },
      ...{ legalBasis: '《中华人民共和国行政许可法》第四十五条', handlerName: '王敏' },
    },
    {
      ...{ type: 'extension', name: '延长办理期限', noticeNumber: 'YQ37110200000020260302000012' },
      ...{ startedAt: minutesAfter(55), endedAt: minutesAfter(55), reason: '档案须向外省调取', handlerName: '赵立' },
    },
  ],
  fees: [
    {
      ...{ event: 'paid', amountFen: 1500, at: minutesAfter(58), noticeNumber: 'JK37110200000020260302000013' },
      ...{ receiptNumber: 'PJ-0001', name: '工本费', legalBasis: '鲁价费发〔2016〕1号', payer: '李秀英' },
    },
  ],
  supervisions: [
    { rule: 'promisedOverdue', level: 'yellow', at: minutesAfter(70), content: '超过承诺办结时限', seq: 9 },
  ],
  closing: { ...closedCase.closing!, handlerName: '赵立', documentNumber: '秦决〔2026〕3号' },
};
