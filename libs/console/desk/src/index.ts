export { deskFeature } from './feature.js';
export { ClockTag } from './clock-tag.js';
export { Dossier } from './dossier.js';
export { StateTag } from './state-tag.js';
export { CaseTimeline } from './timeline.js';
