export { exchangeFeature } from './feature.js';
