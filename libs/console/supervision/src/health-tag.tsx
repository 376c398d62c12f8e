import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  DisconnectOutlined,
  EllipsisOutlined,
  QuestionCircleOutlined,
  WarningFilled,
} from '@ant-design/icons';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { NodeHealth } from './link-tree.js';

/** Words, a colour and a shape: no one of them alone says it. */
const looks = {
  faulty: { color: 'error', icon: <WarningFilled aria-hidden /> },
  silent: { color: 'error', icon: <DisconnectOutlined aria-hidden /> },
  unheard: { color: 'warning', icon: <QuestionCircleOutlined aria-hidden /> },
  behind: { color: 'warning', icon: <ClockCircleOutlined aria-hidden /> },
  unknown: { color: 'default', icon: <EllipsisOutlined aria-hidden /> },
  fine: { color: 'success', icon: <CheckCircleOutlined aria-hidden /> },
} as const satisfies Readonly<Record<NodeHealth, object>>;

export function HealthTag({ health }: { readonly health: NodeHealth }) {
  const { t } = useTranslation('supervision');
  return (
    <Tag className="health" {...looks[health]}>
      {t(`healths.${health}`)}
    </Tag>
  );
}
