import { AuditOutlined, ProfileOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { catalogueTexts } from './texts.js';

const manager = ['catalogue-manager'];
const both = [...manager, 'reviewer'];
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
  ],
};
