import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { shapes } from '@tongban/console/api';

const colors: Readonly<Record<string, string>> = {
  preReview: 'default',
  submitted: 'processing',
  supplementing: 'warning',
  accepted: 'processing',
  approved: 'success',
  closed: 'default',
};

/** The state of a case in words; of a closed one how it ended. */
export function StateTag({ status, closing }: Pick<shapes.Case, 'status' | 'closing'>) {
  const { t } = useTranslation('desk');
  const text = closing === null ? t(`statuses.${status}`) : t(`closings.${closing}`);
  return <Tag color={colors[status] ?? 'default'}>{text}</Tag>;
}
