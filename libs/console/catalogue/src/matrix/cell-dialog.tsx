import { formatDate, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading } from '@tongban/console/shared';
import type { shapes } from '@tongban/console/api';
import { Alert, Button, Modal, Space, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { tiers, type CellName } from './asked.js';
import { givers, type CellDelegation } from './change.js';
import { GiveForm } from './give-form.js';
import { useCell } from './matrix-queries.js';
import type { Sent } from './propose.js';
import { TakeForm } from './take-form.js';

interface CellDialogProps {
  readonly name: CellName;
  readonly on: string | undefined;
  readonly close: () => void;
}

/** One item at one division: what it holds and by which delegations, and how that is changed. */
export function CellDialog({ name, on, close }: CellDialogProps) {
  const { t } = useTranslation('catalogue');
  const { divisions } = useSession();
  const { data, error, refetch } = useCell(name, on);
  const place = divisions.path(name.place) || divisions.name(name.place);
  return (
    <Modal
      open
      width={720}
      title={data === undefined ? place : t('matrix.cellTitle', { item: data.item.name, place })}
      footer={null}
      onCancel={close}
    >
      {error !== null ? <Failure error={error} again={() => void refetch()} /> : null}
      {data === undefined && error === null ? <Loading /> : null}
      {data === undefined ? null : <Cell cell={data} place={place} />}
    </Modal>
  );
}

/** The button that opened the form is gone: the keyboard goes on in the form. */
const focusFirst = (box: HTMLElement | null): void => box?.querySelector('input')?.focus();

type Doing = { readonly act: 'give' } | { readonly act: 'take'; readonly delegation: CellDelegation };

function Cell({ cell, place }: { readonly cell: shapes.MatrixCell; readonly place: string }) {
  const { t } = useTranslation('catalogue');
  const { person, settings } = useSession();
  const [doing, setDoing] = useState<Doing>();
  const [proposed, setProposed] = useState<Sent>();
  const isManager = person.roles.includes('catalogue-manager');
  const from = givers(cell.item.level, cell.place.tier, settings.tier);
  const words = cell.byRight
    ? t('matrix.byRight')
    : cell.powers.length === 0
      ? t('matrix.none')
      : cell.powers.map((power) => t(`codes.power.${power}`)).join(t('list'));
  const sent = (outcome: Sent): void => {
    setDoing(undefined);
    setProposed(outcome);
  };
  const back = (): void => setDoing(undefined);
  if (doing !== undefined) {
    return (
      <div ref={focusFirst}>
        {doing.act === 'give' ? (
          <GiveForm cell={cell} place={place} from={from} sent={sent} back={back} />
        ) : (
          <TakeForm cell={cell} delegation={doing.delegation} sent={sent} back={back} />
        )}
      </div>
    );
  }
  return (
    <div className="stacked">
      {proposed === undefined ? null : (
        <Alert
          type="success"
          showIcon
          title={t(proposed.proposal === undefined ? 'matrix.published' : 'matrix.proposed')}
          action={
            proposed.proposal === undefined ? null : (
              <Link to={`/proposals/${proposed.proposal}`}>{t('matrix.toProposal')}</Link>
            )
          }
        />
      )}
      <p>
        {t('matrix.holds')}
        <strong>{words}</strong>
      </p>
      {cell.delegations.length === 0 && !cell.byRight ? <p className="quiet">{t('matrix.nothingGiven')}</p> : null}
      <ul className="rows">
        {cell.delegations.map((delegation) => (
          <Given
            key={`${delegation.publisher}/${delegation.id}`}
            delegation={delegation}
            take={
              isManager && delegation.own && delegation.revokedOn === undefined
                ? () => setDoing({ act: 'take', delegation })
                : undefined
            }
          />
        ))}
      </ul>
      {isManager && from.length > 0 ? (
        <div>
          <Button type="primary" onClick={() => setDoing({ act: 'give' })}>
            {t('matrix.give')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface GivenProps {
  readonly delegation: CellDelegation;
  readonly take: (() => void) | undefined;
}

/** A delegation in words: what, from whom to whom, when, by which document. */
function Given({ delegation, take }: GivenProps) {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const { divisions } = useSession();
  const { form, from, to, powers, validFrom, validTo, revokedOn, revocation, begun, reaches, document, own } =
    delegation;
  const taker = tiers.some((tier) => tier === to)
    ? t('wholeTier', { tier: t(`codes.level.${to}`) })
    : divisions.path(to) || divisions.name(to);
  const days =
    validTo === undefined
      ? t('since', { from: formatDate(validFrom, language) })
      : t('fromTo', { from: formatDate(validFrom, language), to: formatDate(validTo, language) });
  return (
    <li>
      <Space wrap>
        <strong>{t(`matrix.forms.${form}`)}</strong>
        <span>{powers.map((power) => t(`codes.power.${power}`)).join(t('list'))}</span>
        {begun ? null : <Tag color="processing">{t('matrix.later')}</Tag>}
        {revokedOn === undefined ? null : (
          <Tag color="warning">{t('matrix.endsOn', { day: formatDate(revokedOn, language) })}</Tag>
        )}
      </Space>
      <div className="quiet">
        {t('matrix.fromTo', { from: t(`codes.level.${from}`), to: taker })} · {days}
        {document === undefined ? null : ` · ${document}`}
      </div>
      <div className="quiet">
        {t('matrix.reaches', { count: reaches })}
        {own ? null : ` · ${t('publishedBy', { place: divisions.name(delegation.publisher) })}`}
        {revocation === undefined ? null : ` · ${t('matrix.because', { reason: revocation.reason })}`}
      </div>
      {take === undefined ? null : (
        <Button size="small" danger onClick={take}>
          {t('matrix.take')}
        </Button>
      )}
    </li>
  );
}
