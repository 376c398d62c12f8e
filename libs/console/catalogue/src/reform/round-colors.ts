export const roundColors = {
  draft: 'default',
  proposed: 'processing',
  approved: 'warning',
  publishing: 'warning',
  published: 'success',
  discarded: 'default',
} as const;
