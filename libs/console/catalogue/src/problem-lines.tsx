import { ApiProblem } from '@tongban/console/api';
import { useProblemText } from '@tongban/console/shared';
import { Alert } from 'antd';

/** Why a publication was refused, line by line where the host says more than one thing. */
export function ProblemLines({ error }: { readonly error: Error | null }) {
  const problemText = useProblemText();
  if (error === null) return null;
  const { lines, fields } = error instanceof ApiProblem ? error : { lines: [], fields: [] };
  const told = [...lines, ...fields.map(({ path, message }) => `${path} ${message}`)];
  return (
    <Alert
      type="error"
      showIcon
      title={problemText(error)}
      description={
        told.length === 0 ? undefined : (
          <ul className="reasons">
            {told.map((line, index) => (
              <li key={`${index} ${line}`}>{line}</li>
            ))}
          </ul>
        )
      }
    />
  );
}
