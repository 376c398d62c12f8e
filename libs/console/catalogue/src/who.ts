import { useSession } from '@tongban/console/session';
import { useTranslation } from 'react-i18next';

/** Who did something, as the person before the screen says it; older entries have no name but the subject. */
export function useWho(): (subject: string, name: string | undefined) => string {
  const { t } = useTranslation('catalogue');
  const { person } = useSession();
  return (subject, name) => (subject === person.subject ? t('you') : (name ?? subject));
}
