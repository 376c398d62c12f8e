export { LinkController, LINKS, type LinkTools } from './link.controller.js';
export { LinkReports, type LinkReportsOptions } from './link-reports.js';
export { readLinkTotals, type LinkTotals } from './link-store.js';
export { LINK_DATABASE, QuarantineController } from './quarantine.controller.js';
export { quarantineEntity, type QuarantinedMessage } from './quarantine.entity.js';
