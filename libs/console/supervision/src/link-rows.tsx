import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Nothing } from '@tongban/console/shared';
import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { HealthTag } from './health-tag.js';
import type { LinkNode } from './link-tree.js';

/** Rows of a list that one can still look through. */
const mostRows = 100;

interface BranchesProps {
  readonly nodes: readonly LinkNode[];
  readonly opened: ReadonlySet<string>;
  readonly turn: (code: string) => void;
}

/** The divisions of one level, each of which opens to those below; what is folded is not drawn. */
export function LinkBranches({ nodes, opened, turn }: BranchesProps) {
  return (
    <ul className="branches">
      {nodes.map((node) => (
        <Branch key={node.code} node={node} opened={opened} turn={turn} />
      ))}
    </ul>
  );
}

function Branch({ node, opened, turn }: Omit<BranchesProps, 'nodes'> & { readonly node: LinkNode }) {
  const { t } = useTranslation('supervision');
  const { divisions } = useSession();
  const id = useId();
  const { code, health, children, strained, total } = node;
  const isOpen = opened.has(code);
  const name = divisions.name(code);
  return (
    <li>
      <div className="branch">
        {children.length === 0 ? (
          <span className="branch-name">{name}</span>
        ) : (
          <Button
            type="text"
            className="branch-name"
            icon={isOpen ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={() => turn(code)}
          >
            {name}
          </Button>
        )}
        <HealthTag health={health} />
        {total === 0 ? null : (
          <span className={strained === 0 ? 'quiet' : undefined}>
            {strained === 0 ? t('belowFine', { count: total }) : t('belowStrained', { strained, total })}
          </span>
        )}
        <About node={node} />
      </div>
      {isOpen ? (
        <div id={id}>
          <LinkBranches nodes={children} opened={opened} turn={turn} />
        </div>
      ) : null}
    </li>
  );
}

/** What was sought, with the way to each in words. */
export function LinkRows({ nodes }: { readonly nodes: readonly LinkNode[] }) {
  const { t } = useTranslation('supervision');
  const { divisions } = useSession();
  if (nodes.length === 0) return <Nothing text={t('noPlace')} />;
  return (
    <>
      <p role="status">
        {nodes.length > mostRows
          ? t('firstOf', { shown: mostRows, count: nodes.length })
          : t('found', { count: nodes.length })}
      </p>
      <ul className="branches">
        {nodes.slice(0, mostRows).map((node) => (
          <li key={node.code} className="branch">
            <span className="branch-name">{divisions.path(node.code) || divisions.name(node.code)}</span>
            <HealthTag health={node.health} />
            <About node={node} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The figures behind a state that is not fine. */
function About({ node: { link } }: { readonly node: LinkNode }) {
  const { t } = useTranslation('supervision');
  const language = useLanguage();
  if (link === undefined) return null;
  const told = [
    ...(link.quarantined > 0 ? [t('about.quarantined', { count: link.quarantined, parked: link.parked })] : []),
    ...(link.waiting > 0
      ? [
          link.waitingSince === null
            ? t('about.waiting', { count: link.waiting })
            : t('about.waitingSince', { count: link.waiting, at: formatInstant(link.waitingSince, language) }),
        ]
      : []),
    link.heardAt === null ? '' : t('about.heardAt', { at: formatInstant(link.heardAt, language) }),
  ].filter((text) => text !== '');
  return told.length === 0 ? null : <span className="quiet">{told.join(' · ')}</span>;
}
