export { windowFeature } from './feature.js';
