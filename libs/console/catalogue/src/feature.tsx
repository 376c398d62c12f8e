import {
  ApartmentOutlined,
  AuditOutlined,
  FundOutlined,
  ImportOutlined,
  ProfileOutlined,
  SafetyCertificateOutlined,
} from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { catalogueTexts } from './texts.js';

const manager = ['catalogue-manager'];
const both = [...manager, 'reviewer'];
const reformers = [...manager, 'approver', 'supervisor'];
/** What city and districts have alone: below them reviewers read cases, and nobody publishes items. */
const needs = 'reform';

/** 事项目录: what is published, and versions on their way, written by one person and read by another. */
export const catalogueFeature: ConsoleFeature = {
  name: 'catalogue',
  texts: catalogueTexts,
  pages: [
    {
      path: 'items',
      roles: both,
      needs,
      menu: { icon: <ProfileOutlined aria-hidden /> },
      load: async () => (await import('./item-list.js')).ItemList,
    },
    { path: 'items/:code', roles: both, needs, load: async () => (await import('./item-page.js')).ItemPage },
    {
      path: 'items/:code/new-version',
      roles: manager,
      needs,
      load: async () => (await import('./new-version.js')).NewVersion,
    },
    {
      path: 'item-drafts',
      roles: both,
      needs,
      menu: { icon: <AuditOutlined aria-hidden /> },
      load: async () => (await import('./draft-list.js')).DraftList,
    },
    { path: 'item-drafts/:draft', roles: both, needs, load: async () => (await import('./draft-page.js')).DraftPage },
    {
      path: 'item-drafts/:draft/edit',
      roles: manager,
      needs,
      load: async () => (await import('./edit-draft.js')).EditDraft,
    },
    {
      path: 'delegations',
      roles: both,
      needs,
      menu: { icon: <ApartmentOutlined aria-hidden /> },
      load: async () => (await import('./matrix/matrix-page.js')).MatrixPage,
    },
    {
      path: 'proposals',
      roles: both,
      needs,
      menu: { icon: <SafetyCertificateOutlined aria-hidden /> },
      load: async () => (await import('./proposals/proposal-list.js')).ProposalList,
    },
    {
      path: 'proposals/:proposal',
      roles: both,
      needs,
      load: async () => (await import('./proposals/proposal-page.js')).ProposalPage,
    },
    {
      path: 'catalogue-import',
      roles: manager,
      needs,
      menu: { icon: <ImportOutlined aria-hidden /> },
      load: async () => (await import('./imports/import-page.js')).ImportPage,
    },
    {
      path: 'reforms',
      roles: reformers,
      needs,
      menu: { icon: <FundOutlined aria-hidden /> },
      load: async () => (await import('./reform/round-list.js')).RoundList,
    },
    {
      path: 'reforms/:round',
      roles: reformers,
      needs,
      load: async () => (await import('./reform/round-page.js')).RoundPage,
    },
  ],
};
