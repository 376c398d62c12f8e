/**
 * What this platform takes, written down from the published lists for its own use. It is stricter than the lists in
 * places, as real platforms are.
 */
const digits = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

/** ZWFW C0109: 5 非法人企业, 6 行政机关, 9 其他组织. */
const applicantKinds = [...digits(1, 6), '9'];
const person = '1';

/** GA/T 2000.156, without 990: whoever applies as a person has to show a document that can be looked up. */
const personDocuments = ['111', '112', '113', '114', '335', '414', '511', '513', '516', '553'];
const organisationDocuments = ['001'];

export const documentsOf = (applicantKind: string): readonly string[] =>
  applicantKind === person ? personDocuments : organisationDocuments;

export const codeLists: Readonly<Record<string, readonly string[]>> = {
  cd_operation: ['I', 'U'],
  project_type: ['1', '2', '9'],
  apply_type: digits(0, 8),
  applyer_type: applicantKinds,
  event_name: digits(0, 7),
  result_type: digits(0, 6),
  is_delivery_results: digits(0, 1),
  satisfaction: digits(1, 5),
  pf: digits(1, 7),
  user_prop: digits(1, 2),
  promise_time: digits(1, 2),
  assess_number: digits(1, 2),
  special_type: digits(1, 2),
  pay_type: digits(1, 3),
  alarm_type: digits(1, 3),
};

/** The lists of the Shandong family: four kinds of case, and the same 0 to 6 of a result. */
export const shandongCodeLists: Readonly<Record<string, readonly string[]>> = {
  CD_OPERATION: ['I', 'U'],
  DATASTATE: ['0', '1'],
  INFOTYPE: digits(1, 4),
  APPROVALTYPE: digits(1, 4),
  APPLY_CARDTYPE: [...personDocuments, ...organisationDocuments],
  APPLYERTYPE: applicantKinds,
  APPLYFROM: digits(0, 8),
  SUBMIT: digits(0, 8),
  NODETYPE: digits(1, 4),
  SPECIALTYPE: digits(1, 2),
  DONERESULT: digits(0, 6),
  ISFEE: digits(0, 1),
  ISDELIVERYRESULTS: digits(0, 1),
  SATISFACTION: digits(1, 5),
  PF: digits(1, 7),
  USERPROP: digits(1, 2),
  PROSTATUS: digits(1, 3),
  PROMISETIME: digits(1, 2),
  FEETYPE: digits(1, 3),
  ALARMTYPE: digits(1, 3),
};

/** Best is 1 in a result and 5 in a rating: the two numbers of one opinion add up to this. */
export const satisfactionSum = 6;
