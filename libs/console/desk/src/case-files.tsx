import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Nothing, useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Image, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askedFor, type CaseFacts } from './facts.js';
import { useReadsPapers } from './papers.js';
import { useItem } from './queries.js';

interface CaseFilesProps {
  readonly record: string;
  readonly item: string;
  readonly facts: CaseFacts;
}

/** The papers handed in, each to be looked at beside the decision; every look is on record. */
export function CaseFiles({ record, item, facts }: CaseFilesProps) {
  const { t } = useTranslation('desk');
  const { data } = useItem(item);
  const { look, busy, picture, shut } = useSight(record);
  const mayLook = useReadsPapers();
  const nameOf = (code: string): string => data?.materials.find((one) => one.code === code)?.name ?? code;
  const awaited = askedFor(facts) ?? [];
  if (facts.materials.length === 0 && awaited.length === 0) return <Nothing text={t('noFiles')} />;
  return (
    <>
      <ul className="rows">
        {awaited.map((code) => (
          <li key={code} className="material">
            <span>
              {nameOf(code)} <Tag color="warning">{t('awaited')}</Tag>
            </span>
          </li>
        ))}
        {facts.materials.map(({ material, digest, mediaType }, place) => (
          <li key={`${digest} ${place}`} className="material">
            <span>{nameOf(material)}</span>
            {mayLook ? (
              <Button
                aria-label={t('lookAt', { name: nameOf(material) })}
                loading={busy === digest}
                onClick={() => look({ digest, mediaType })}
              >
                {t('look')}
              </Button>
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
