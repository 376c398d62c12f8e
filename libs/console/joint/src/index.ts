export { jointFeature } from './feature.js';
