import { may } from './rule.js';

/** Running a node: links, reconciliation, exchange with the province, logins, the audit log. */
export const operationPolicy = {
  // links
  listLinks: may(['supervisor', 'exchange-operator', 'administrator'], 'below'),
  getLinkMap: may(['supervisor', 'exchange-operator', 'administrator'], 'below'),
  listQuarantine: may(['supervisor', 'exchange-operator', 'administrator'], 'below'),
  // reconciliation
  requestReconciliation: may(['administrator'], 'below'),
  cancelReconciliation: may(['administrator'], 'below'),
  listReconciliations: may(['supervisor', 'exchange-operator', 'administrator'], 'below'),
  getReconciliation: may(['supervisor', 'exchange-operator', 'administrator'], 'below'),
  listDamagedRecords: may(['supervisor', 'exchange-operator', 'administrator'], 'below'),
  locateRecord: may(['clerk', 'reviewer', 'approver', 'supervisor', 'exchange-operator', 'administrator'], 'own'),
  // exchange: the operator belongs to the province's node or to a city whose cases go through it
  listExchangeOrders: may(['exchange-operator', 'administrator'], 'child'),
  openExchangeOrder: may(['exchange-operator', 'administrator'], 'child'),
  listExchangeApplications: may(['exchange-operator', 'administrator'], 'child'),
  answerExchangeOrder: may(['exchange-operator', 'administrator'], 'child'),
  orderExchangeResend: may(['exchange-operator', 'administrator'], 'child'),
  getExchangeResend: may(['exchange-operator', 'administrator'], 'child'),
  listExchangeResends: may(['exchange-operator', 'administrator'], 'child'),
  getExchangeRates: may(['exchange-operator', 'administrator'], 'child'),
  listExchangeReturns: may(['exchange-operator', 'administrator', 'clerk', 'supervisor'], 'any'),
  listExchangeReports: may(['exchange-operator', 'administrator'], 'child'),
  getExchangeStatus: may(['exchange-operator', 'administrator'], 'child'),
  resendExchangeReport: may(['exchange-operator', 'administrator'], 'child'),
  getExchangeStatement: may(['exchange-operator', 'administrator'], 'child'),
  listExchangeStatementRecords: may(['exchange-operator', 'administrator'], 'child'),
  // audit
  listAudit: may(['auditor'], 'below'),
  exportAudit: may(['auditor'], 'below'),
  // offline
  issueOfflineGrant: may(['agent', 'clerk', 'reviewer', 'approver'], 'own'),
  listOfflineGrants: may(['security-administrator', 'agent', 'clerk', 'reviewer', 'approver'], 'own'),
  revokeOfflineGrant: may(['security-administrator', 'agent', 'clerk', 'reviewer', 'approver'], 'own'),
} as const;
