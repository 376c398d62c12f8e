import { call, routes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Nothing, useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Image, Space, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { papersOf, type CaseFacts, type CasePaper } from './facts.js';
import { useReadsPapers } from './papers.js';

interface CaseFilesProps {
  readonly record: string;
  /** By code, of the version that the case was filed under. */
  readonly names: Readonly<Record<string, string>>;
  readonly facts: CaseFacts;
}

/** The papers handed in, each to be looked at beside the decision; every look is on record. */
export function CaseFiles({ record, names, facts }: CaseFilesProps) {
  const { t } = useTranslation('desk');
  const { look, busy, picture, shut } = useSight(record);
  const mayLook = useReadsPapers();
  const nameOf = (code: string): string => names[code] ?? t('unnamedPaper', { code });
  const lookAt = ({ material, copies }: CasePaper, place: number): string =>
    copies.length > 1
      ? t('lookAtNth', { name: nameOf(material), nth: place + 1 })
      : t('lookAt', { name: nameOf(material) });
  const papers = papersOf(facts);
  if (papers.length === 0) return <Nothing text={t('noFiles')} />;
  return (
    <>
      <ul className="rows">
        {papers.map((paper) => (
          <li key={paper.material} className="material">
            <Standing name={nameOf(paper.material)} paper={paper} />
            {mayLook ? (
              <Space wrap>
                {paper.copies.map((copy, place) => (
                  <Button
                    key={`${copy.digest} ${place}`}
                    aria-label={lookAt(paper, place)}
                    loading={busy === copy.digest}
                    onClick={() => look(copy)}
                  >
                    {paper.askedAt !== undefined
                      ? t('lookEarlier')
                      : paper.copies.length > 1
                        ? t('lookNth', { nth: place + 1 })
                        : t('look')}
                  </Button>
                ))}
              </Space>
            ) : null}
          </li>
        ))}
      </ul>
      {picture === undefined ? null : (
        <Image
          alt=""
          src={picture}
          style={{ display: 'none' }}
          preview={{ open: true, onOpenChange: (open) => (open ? undefined : shut()) }}
        />
      )}
    </>
  );
}

function Standing({ name, paper: { askedAt, copies } }: { readonly name: string; readonly paper: CasePaper }) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  if (askedAt === undefined) return <span>{name}</span>;
  return (
    <span>
      {name} <Tag color="warning">{t(copies.length === 0 ? 'awaited' : 'awaitedAgain')}</Tag>
      <div className="quiet">{t('awaitedSince', { at: formatInstant(new Date(askedAt).toISOString(), language) })}</div>
    </span>
  );
}

interface Looked {
  readonly digest: string;
  readonly mediaType: string;
}

/** How long the browser may take to open a file before its bytes are given back. */
const openWithinMs = 60_000;

/** Pictures lie over the page; anything else opens in a window of its own. */
function useSight(record: string) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [picture, setPicture] = useState<string>();
  useEffect(() => (picture === undefined ? undefined : () => URL.revokeObjectURL(picture)), [picture]);
  const opened = useMutation({
    mutationFn: ({ digest }: Looked) =>
      call(routes.openAttachment, {
        path: { node, record, digest },
        query: { purpose: t('purposes.check') },
        parseAs: 'blob' as const,
      }),
    onSuccess: (bytes, { mediaType }) => {
      const address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
      if (mediaType.startsWith('image/')) return setPicture(address);
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), openWithinMs);
    },
    onError: (error) => void message.error(problemText(error)),
  });
  return {
    picture,
    shut: () => setPicture(undefined),
    busy: opened.isPending ? opened.variables.digest : undefined,
    look: (looked: Looked) => opened.mutate(looked),
  };
}
