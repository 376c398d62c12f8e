import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatDate, useLanguage } from '@tongban/console/language';
import type { shapes } from '@tongban/console/api';

const colors: Readonly<Record<shapes.CaseClock['color'], string>> = {
  green: 'success',
  blue: 'processing',
  yellow: 'warning',
  red: 'error',
  paused: '#531dab',
  provisional: '#10239e',
  idle: 'default',
  ended: 'default',
};

/** The promised limit: how many working days are left, in colour and in words. */
export function ClockTag({ clock }: { readonly clock: shapes.CaseClock }) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { color, promised, statutory } = clock;
  const days = promised?.remainingDays;
  const text = days === undefined || color === 'paused' || color === 'ended' ? t(`colors.${color}`) : leftText(t, days);
  const lines = [
    promised &&
      `${t('promised')} ${formatDate(promised.due.date, language)}${promised.due.provisional ? t('provisional') : ''}`,
    statutory && `${t('statutory')} ${formatDate(statutory.due.date, language)}`,
  ].filter((line) => typeof line === 'string');
  const tag = <Tag color={colors[color]}>{text}</Tag>;
  return lines.length === 0 ? (
    tag
  ) : (
    <Tooltip title={lines.join('\n')} classNames={{ root: 'lines' }}>
      {tag}
    </Tooltip>
  );
}

function leftText(t: (key: string, values?: { count: number }) => string, days: number): string {
  if (days === 0) return t('dueToday');
  return days > 0 ? t('dueLeft', { count: days }) : t('dueOver', { count: -days });
}
