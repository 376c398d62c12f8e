import { Descriptions, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { yuan, type CaseFacts } from './facts.js';

const colors = { unbilled: 'default', noticed: 'warning', paid: 'success', exempted: 'default' } as const;

/** What the case costs and whether the money is there. */
export function Fees({ fee, item }: Pick<CaseFacts, 'fee' | 'item'>) {
  const { t } = useTranslation('desk');
  const { status, notice } = fee;
  const lines = notice?.lines ?? [];
  return (
    <Descriptions
      column={1}
      items={[
        { key: 'status', label: t('status'), children: <Tag color={colors[status]}>{t(`feeStatuses.${status}`)}</Tag> },
        ...(notice === null
          ? (item.fees ?? []).map(({ code, name, amountFen, unit }) => ({
              key: code,
              label: name,
              children: unit === undefined ? yuan(amountFen) : `${yuan(amountFen)}/${unit}`,
            }))
          : [
              {
                key: 'notice',
                label: t('fields.noticeNumber'),
                children: <span className="number">{notice.number}</span>,
              },
              ...lines.map(({ code, name, amountFen, quantity }) => ({
                key: code,
                label: name,
                children: `${yuan(amountFen)} × ${quantity}`,
              })),
              { key: 'sum', label: t('fields.amountFen'), children: <strong>{yuan(notice.amountFen)}</strong> },
            ]),
      ]}
    />
  );
}
