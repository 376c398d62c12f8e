import { ApiProblem, isOffline } from '@tongban/console/api';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What to tell a person about an error: the village's own words, or ours where it said nothing. */
export function useProblem(): (error: unknown) => string {
  const { t } = useTranslation('agent');
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiProblem)) return t('problem.unknown');
      if (isOffline(error)) return t('problem.offline');
      return error.code === 'console.answer' ? t('problem.answer') : error.message;
    },
    [t],
  );
}
