import { Checkbox, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { yuan, type FeeStandard } from './facts.js';

interface Chosen {
  readonly code: string;
  readonly quantity?: number;
}

interface ProjectsProps {
  readonly standards: readonly FeeStandard[];
  readonly value?: readonly Chosen[];
  readonly onChange?: (chosen: readonly Chosen[]) => void;
}

const manyUnits = 999;

/** What is charged: by the published standards alone, so nobody types an amount. All of it where nothing is to choose. */
export function Projects({ standards, value = [], onChange }: ProjectsProps) {
  const { t } = useTranslation('desk');
  if (standards.every(({ choice, measured }) => choice === undefined && measured !== true))
    return (
      <ul className="rows">
        {standards.map(({ code, name, amountFen }) => (
          <li key={code}>
            {name} {yuan(amountFen)}
          </li>
        ))}
      </ul>
    );
  const quantityOf = (code: string): number | undefined => value.find((one) => one.code === code)?.quantity;
  const put = (standard: FeeStandard, quantity: number | undefined): void => {
    const { code, choice } = standard;
    const exclusive = standards.filter((one) => choice !== undefined && one.choice === choice).map((one) => one.code);
    const others = value.filter(
      (one) => one.code !== code && (quantity === undefined || !exclusive.includes(one.code)),
    );
    onChange?.(quantity === undefined ? others : [...others, { code, quantity }]);
  };
  return (
    <ul className="rows">
      {standards.map((standard) => {
        const { code, name, amountFen, unit, maxQuantity } = standard;
        const quantity = quantityOf(code);
        return (
          <li key={code} className="material">
            <Checkbox
              checked={quantity !== undefined}
              onChange={(event) => put(standard, event.target.checked ? 1 : undefined)}
            >
              {name} {yuan(amountFen)}
              {unit === undefined ? '' : `/${unit}`}
            </Checkbox>
            <InputNumber
              controls={false}
              aria-label={t('quantityOf', { name })}
              min={1}
              max={maxQuantity ?? manyUnits}
              precision={0}
              disabled={quantity === undefined}
              value={quantity}
              onChange={(chosen) => put(standard, chosen ?? 1)}
            />
          </li>
        );
      })}
    </ul>
  );
}
