import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

interface StateFilterProps<S extends string> {
  readonly states: readonly S[];
  readonly state: S | undefined;
  readonly nameOf: (state: S) => string;
  readonly show: (state: S | undefined) => void;
}

/** Shows the rows in one state, or in any. */
export function StateFilter<S extends string>({ states, state, nameOf, show }: StateFilterProps<S>) {
  const { t } = useTranslation('exchange');
  return (
    <Select<S>
      className="filter"
      aria-label={t('state')}
      placeholder={t('anyState')}
      allowClear
      value={state}
      onChange={(value?: S) => show(value)}
      options={states.map((value) => ({ value, label: nameOf(value) }))}
    />
  );
}
