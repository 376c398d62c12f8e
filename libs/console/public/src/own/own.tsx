import type { Login } from '@tongban/console/session';
import { useMutation } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlace, useSite } from '../place.js';
import { Empty, Failure, Loading, Screen } from '../ui.js';
import { isExpected, loggedIn, logOut } from './resident.js';

interface OwnProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What needs a login: says why before the browser leaves for the login page, and shows who it is afterwards. */
export function Own({ title, children }: OwnProps) {
  const { t } = useTranslation('public');
  const { settings } = useSite();
  const { node } = usePlace();
  const entered = useMutation({ mutationFn: () => loggedIn(settings, `/public/${node}`) });
  const { mutate } = entered;
  const expected = isExpected();
  useEffect(() => {
    if (expected) mutate();
  }, [expected, mutate]);
  if (entered.data !== undefined)
    return (
      <Screen title={title} actions={<Who login={entered.data} />}>
        {entered.data.person.roles.includes('resident') ? children : <Empty text={t('noResident')} />}
      </Screen>
    );
  if (entered.isPending || (expected && entered.error === null)) return <Loading />;
  return (
    <Screen title={title} lead={t('loginWhy')}>
      {entered.error === null ? null : <Failure error={entered.error} />}
      <button type="button" className="button primary" onClick={() => mutate()}>
        {t('logIn')}
      </button>
    </Screen>
  );
}

function Who({ login: { person } }: { readonly login: Login }) {
  const { t } = useTranslation('public');
  return (
    <>
      <span>{person.name}</span>
      <button type="button" className="button" onClick={() => void logOut()}>
        {t('logOut')}
      </button>
    </>
  );
}
