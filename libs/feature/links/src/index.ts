export { LinkController, LINKS, type LinkTools } from './link.controller.js';
export { readLinkTotals, type LinkTotals } from './link-store.js';
