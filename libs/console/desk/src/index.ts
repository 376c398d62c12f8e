export { deskFeature } from './feature.js';
