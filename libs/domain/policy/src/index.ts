export { policy, type Operation } from './policy.js';
export { type Place, type Rule } from './rule.js';
