import type {
  ApplicantType,
  ApplyChannel,
  CaseStage,
  Delivery,
  FeeEvent,
  IdentityType,
  RatingChannel,
  Regime,
  ResultType,
  Satisfaction,
  SpecialType,
  StepAction,
  SupervisionLevel,
} from './neutral.js';

/**
 * One published numbering. `codes` is total over our meanings, so the compiler asks for a decision when a meaning is
 * added; `null` says that the list cannot express it. `reads` settles a code that stands for several meanings.
 */
export interface CodeTable<Meaning extends string> {
  readonly source: string;
  readonly codes: Readonly<Record<Meaning, string | null>>;
  readonly reads?: Readonly<Record<string, Meaning>>;
}

export const codeOf = <M extends string>(table: CodeTable<M>, meaning: M): string | null => table.codes[meaning];

/** The meaning of a received code; undefined when the list does not have it or it is not decidable. */
export function meaningOf<M extends string>(table: CodeTable<M>, code: string): M | undefined {
  const settled = table.reads?.[code];
  if (settled !== undefined) return settled;
  const meanings = (Object.keys(table.codes) as M[]).filter((meaning) => table.codes[meaning] === code);
  return meanings.length === 1 ? meanings[0] : undefined;
}

/** Best first in GB/T 39046; worst first in the national rating interface. */
export const satisfactionTables = {
  gbt39046: {
    source: 'GB/T 39046-2020 A.8',
    codes: { verySatisfied: '1', satisfied: '2', basicallySatisfied: '3', dissatisfied: '4', veryDissatisfied: '5' },
  },
  ratingInterface: {
    source: '好差评 interface, satisfaction',
    codes: { verySatisfied: '5', satisfied: '4', basicallySatisfied: '3', dissatisfied: '2', veryDissatisfied: '1' },
  },
} as const satisfies Record<string, CodeTable<Satisfaction>>;

export const projectTypeTables = {
  gbt39046: {
    source: 'GB/T 39046-2020 A.6',
    codes: { onTheSpot: '1', promised: '2', joint: '9', reportedUp: '9', controlled: '9', feeCounter: '9' },
  },
  shandong: {
    source: 'Shandong front-end database, INFOTYPE',
    // Both regimes of our own run under a promise, which is what the list calls 承诺件.
    codes: { onTheSpot: '1', promised: '2', joint: '3', reportedUp: '4', controlled: '2', feeCounter: '2' },
    reads: { '2': 'promised' },
  },
  itemLibrary: {
    source: 'provincial item library, ASSORT',
    codes: { promised: '1', onTheSpot: '2', reportedUp: '3', joint: '4', controlled: null, feeCounter: null },
  },
  ratingInterface: {
    source: '好差评 interface, promiseTime',
    codes: { promised: '1', onTheSpot: '2', joint: null, reportedUp: null, controlled: null, feeCounter: null },
  },
} as const satisfies Record<string, CodeTable<Regime>>;

export const applicantTypeTables = {
  gbt39046: {
    source: 'GB/T 39046-2020 A.4',
    codes: {
      naturalPerson: '1',
      enterprise: '2',
      institution: '3',
      socialOrganisation: '4',
      governmentAgency: '5',
      unincorporated: '6',
      other: '6',
    },
    reads: { '6': 'other' },
  },
  c0109: {
    source: 'ZWFW C0109-2018',
    codes: {
      naturalPerson: '1',
      enterprise: '2',
      institution: '3',
      socialOrganisation: '4',
      unincorporated: '5',
      governmentAgency: '6',
      other: '9',
    },
  },
} as const satisfies Record<string, CodeTable<ApplicantType>>;

/** The GA/T list has persons only; what stands for a credit code is agreed with each platform. */
export const identityTypeTable = (creditCode: string): CodeTable<IdentityType> => ({
  source: 'GA/T 2000.156',
  codes: {
    residentIdentityCard: '111',
    temporaryIdentityCard: '112',
    householdRegister: '113',
    militaryOfficerCard: '114',
    drivingLicence: '335',
    passport: '414',
    taiwanResidentPermit: '511',
    hongKongMacaoExitPermit: '513',
    hongKongMacaoResidentPermit: '516',
    foreignPermanentResidentCard: '553',
    usccOrganisation: creditCode,
    other: '990',
  },
});

export const applyChannelTable: CodeTable<ApplyChannel> = {
  source: '申报来源 SUBMIT, after 行政许可法 art. 29',
  codes: {
    window: '0',
    agent: '0',
    online: '1',
    kiosk: '8',
    phone: '8',
    province: '1',
    letter: '2',
    telegram: '3',
    telex: '4',
    fax: '5',
    email: '6',
    dataInterchange: '7',
    other: '8',
  },
  reads: { '0': 'window', '1': 'online', '8': 'other' },
};

export const stepActionTable: CodeTable<StepAction> = {
  source: 'EA_JC_STEP_PROC NODERESULT',
  codes: {
    disagreed: '0',
    agreed: '1',
    notOurs: '2',
    notAccepted: '3',
    accepted: '4',
    supplement: '5',
    suspended: '6',
    returned: '7',
  },
};

/** The same digits 1, 5 and 6 mean different things in the two lists. */
export const resultTypeTables = {
  stepDone: {
    source: 'EA_JC_STEP_DONE DONERESULT',
    codes: {
      granted: '0',
      refused: '1',
      voided: '2',
      deleted: '3',
      forwarded: '4',
      returned: '5',
      supplementExpired: '5',
      notAccepted: '6',
      finished: null,
    },
    reads: { '5': 'returned' },
  },
  businessIndex: {
    source: 'business_index BJJGDM',
    codes: {
      granted: '0',
      returned: '1',
      voided: '2',
      deleted: '3',
      forwarded: '4',
      supplementExpired: '5',
      finished: '6',
      refused: null,
      notAccepted: null,
    },
  },
} as const satisfies Record<string, CodeTable<ResultType>>;

/** The column only asks whether the result reached the applicant, so a received 1 does not tell the way. */
export const deliveryTable: CodeTable<Delivery> = {
  source: 'UP_PRO_RESULT is_delivery_results',
  codes: { notDelivered: '0', village: '1', window: '1', post: '1' },
};

export const ratingChannelTable: CodeTable<RatingChannel> = {
  source: '好差评 interface, pf',
  codes: {
    web: '1',
    mobile: '2',
    qrCode: '3',
    hallTablet: '4',
    hallTerminal: '5',
    sms: '6',
    systemDefault: '7',
    hotline: null,
    kiosk: null,
    paper: null,
  },
};

const otherSpecial = {
  hearing: '2',
  inspection: '2',
  appraisal: '2',
  expertReview: '2',
  publicNotice: '2',
  siteSurvey: '2',
};

export const specialTypeTables = {
  gbt39046: { source: 'GB/T 39046-2020 A.7', codes: { extension: '1', ...otherSpecial } },
  /** An extension stops no clock, so the list of special nodes has nothing for it. */
  shandongNode: {
    source: 'EA_JC_STEP_SPECIALNODE NODERESULT',
    codes: {
      extension: null,
      hearing: '2',
      publicNotice: '3',
      siteSurvey: '4',
      inspection: '5',
      appraisal: '5',
      expertReview: '5',
    },
  },
} as const satisfies Record<string, CodeTable<SpecialType>>;

/** No list is published: the numbers are those of the three colours in the order of their weight. */
export const supervisionLevelTable: CodeTable<SupervisionLevel> = {
  source: 'GB/T 39046-2020 table 10, 监察预警类型代码 n1; values agreed with the platform',
  codes: { blue: '1', yellow: '2', red: '3' },
};

/** No list is published: values agreed with the platform. */
export const feeEventTable: CodeTable<FeeEvent> = {
  source: 'agreed with the platform',
  codes: { paid: '1', exempted: '2', refunded: '3' },
};

/** PROJECTSTATE has no official closed list; these are the numbers that neighbouring platforms use. */
export const caseStageTable: CodeTable<CaseStage> = {
  source: 'PRE_APASINFO PROJECTSTATE, agreed with the platform',
  codes: { inHand: '30', finished: '90', notAccepted: '97', withdrawn: '98' },
};
