export { supervisionFeature } from './feature.js';
