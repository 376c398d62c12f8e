import { ApiProblem, isOffline } from '@tongban/console/api';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What to tell a person about an error: the server's own words, or ours where it said nothing. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation('shared');
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiProblem)) return t('problem.unknown');
      if (isOffline(error)) return t('problem.offline');
      if (error.code === 'console.answer') return t('problem.answer');
      return error.message;
    },
    [t],
  );
}
