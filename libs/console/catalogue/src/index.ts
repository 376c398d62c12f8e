export { catalogueFeature } from './feature.js';
