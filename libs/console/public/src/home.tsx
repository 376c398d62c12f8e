import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Notices } from './notices.js';
import { usePlace } from './place.js';
import { Screen } from './ui.js';

const services = ['guides', 'progress', 'halls', 'agents', 'feedback', 'verify', 'my'] as const;

export function Home() {
  const { t } = useTranslation('public');
  const { node, placeName } = usePlace();
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  return (
    <Screen title={t('home', { place: placeName })} lead={t('homeLead')}>
      <form
        className="search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate(`/${node}/guides?q=${encodeURIComponent(words.trim())}`);
        }}
      >
        <input
          type="search"
          aria-label={t('searchWords')}
          placeholder={t('searchPlaceholder')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button type="submit" className="button primary">
          {t('search')}
        </button>
      </form>
      <ul className="services">
        {services.map((service) => (
          <li key={service}>
            <Link to={`/${node}/${service}`}>
              <strong>{t(`nav.${service}`)}</strong>
              <span>{t(`about.${service}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <Notices node={node} />
    </Screen>
  );
}
