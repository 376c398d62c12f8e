export { CaseList } from './case-list.js';
export { CasePage } from './case-page.js';
export { deskTexts } from './texts.js';
