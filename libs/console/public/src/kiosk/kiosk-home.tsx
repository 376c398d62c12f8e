import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Notices } from '../notices.js';
import { usePlace } from '../place.js';
import { Screen } from '../ui.js';

const services = ['ticket', 'guides', 'progress'] as const;

export function KioskHome() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  return (
    <Screen title={t('kiosk.welcome')} lead={t('kiosk.lead')}>
      <ul className="services kiosk-services">
        {services.map((service) => (
          <li key={service}>
            <Link to={`/${node}/kiosk/${service}`}>
              <strong>{t(`kiosk.services.${service}`)}</strong>
              <span>{t(`kiosk.about.${service}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <Notices node={node} />
    </Screen>
  );
}
