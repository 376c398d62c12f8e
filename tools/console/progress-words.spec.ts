import { caseStatuses, progressSteps } from '@tongban/domain/casework';
import { progressZh } from '../../libs/console/public/src/progress/texts.zh-CN.js';

/** The pages look words up by the server's codes; the other language is typed on this one. */
it('residents’ pages have a word for every state and step, and in Chinese the server’s own', () => {
  expect(progressZh.caseStatuses).toEqual(caseStatuses);
  expect(progressZh.stepNames).toEqual(progressSteps);
});
