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
};

/** Best is 1 in a result and 5 in a rating: the two numbers of one opinion add up to this. */
export const satisfactionSum = 6;
