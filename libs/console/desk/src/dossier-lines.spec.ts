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
    { key: '3.opinion', field: 'opinion', value: '同意' },
  ]);
});

it('shows nothing of a part whose keys were destroyed', () => {
  expect(linesOf([{ seq: 1, type: 'case.submitted', content: null }])).toEqual([]);
});
