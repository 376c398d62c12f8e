import type { shapes } from '@tongban/console/api';
import { Failure, Loading } from '@tongban/console/shared';
import { Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { Lines } from './changes.js';
import { useDepartments, useElements } from './queries.js';
import { elementsIn, sections } from './sections.js';
import { useWords } from './words.js';

const holdsDepartments = ['departmentId', 'jointDepartmentIds'];
const eachOf = (value: unknown, change: (one: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : change(value);

/** All elements that say something, by section, under the titles of the standard. */
export function Elements({ item }: { readonly item: shapes.ServiceItem }) {
  const { t } = useTranslation('catalogue');
  const words = useWords();
  const { data, error, refetch } = useElements();
  const departments = useDepartments().data?.departments ?? [];
  // An office of another tier stands for itself.
  const named = (id: unknown): unknown => departments.find((department) => department.id === id)?.name ?? id;
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const shown = sections
    .map((section) => ({ section, said: elementsIn(section, data.elements, item) }))
    .filter(({ said }) => said.length > 0);
  return (
    <div className="stacked">
      {shown.map(({ section, said }) => (
        <Card key={section} title={<h2 className="card-title">{t(`sections.${section}`)}</h2>}>
          <dl className="elements">
            {said.map(({ element: { field, title }, value }) => (
              <div key={field}>
                <dt>{title}</dt>
                <dd>
                  <Lines
                    name={field}
                    value={holdsDepartments.includes(field) ? eachOf(value, named) : value}
                    words={words}
                  />
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      ))}
    </div>
  );
}
