import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Change } from './address.js';
import { tiers, type Tier } from './matrix/asked.js';
import { useDepartments } from './queries.js';

interface LevelFilterProps {
  readonly level: Tier | undefined;
  readonly show: (changes: Change) => void;
}

/** Items of one tier of government. */
export function LevelFilter({ level, show }: LevelFilterProps) {
  const { t } = useTranslation('catalogue');
  return (
    <Select
      className="filter"
      aria-label={t('level')}
      placeholder={t('anyLevel')}
      allowClear
      value={level}
      onChange={(chosen?: string) => show({ level: chosen })}
      options={tiers.map((value) => ({ value, label: t(`codes.level.${value}`) }))}
    />
  );
}

interface DepartmentFilterProps {
  readonly department: string | undefined;
  readonly show: (changes: Change) => void;
}

/** Items of one department, found by typing. */
export function DepartmentFilter({ department, show }: DepartmentFilterProps) {
  const { t } = useTranslation('catalogue');
  const departments = useDepartments();
  return (
    <Select
      className="filter"
      aria-label={t('department')}
      placeholder={t('anyDepartment')}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      loading={departments.isPending}
      value={department}
      onChange={(chosen?: string) => show({ department: chosen })}
      options={departments.data?.departments.map(({ id, name }) => ({ value: id, label: name })) ?? []}
    />
  );
}
