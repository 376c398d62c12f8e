import { linesOf } from './dossier-lines.js';

it('lists what a person reads, in order, without the keys of files', () => {
  const parts = [
    {
      seq: 1,
      type: 'case.submitted',
      content: {
        applicant: { name: '王**', phone: '138****8000' },
        form: { birthYear: 1949, isAlone: false },
        files: [{ digest: 'd', name: '身份证.jpg', key: 'k' }],
      },
    },
    { seq: 3, type: 'case.decided', content: { opinion: '同意' } },
  ];
  expect(linesOf(parts)).toEqual([
    { key: '1.applicant.name', field: 'applicant.name', value: '王**' },
    { key: '1.applicant.phone', field: 'applicant.phone', value: '138****8000' },
    { key: '1.form.birthYear', field: 'form.birthYear', value: '1949' },
    { key: '1.form.isAlone', field: 'form.isAlone', value: 'false' },
    { key: '1.files.0.name', field: 'files.0.name', value: '身份证.jpg' },
    { key: '3.opinion', field: 'opinion', value: '同意', step: { seq: 3, type: 'case.decided' } },
  ]);
});

it('tells of each handler the step, once', () => {
  const handled = (seq: number, type: string) => ({ seq, type, content: { handlerName: '王敏' } });
  const lines = linesOf([handled(2, 'case.accepted'), handled(3, 'case.decided'), handled(4, 'case.delivered')]);
  expect(lines.map(({ value, step }) => `${value} ${step?.seq} ${step?.type}`)).toEqual([
    '王敏 2 case.accepted',
    '王敏 3 case.decided',
    '王敏 4 case.delivered',
  ]);
});

it('shows nothing of a part whose keys were destroyed', () => {
  expect(linesOf([{ seq: 1, type: 'case.submitted', content: null }])).toEqual([]);
});
