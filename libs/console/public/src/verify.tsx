import { call, routes, type shapes } from '@tongban/console/api';
import { formatDate, useLanguage } from '@tongban/console/language';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAskedAtOnce, useGiven } from './given.js';
import { NumberAndCode } from './number-and-code.js';
import type { Scanned } from './scanned.js';
import { Failure, Panel, Screen } from './ui.js';

/** 证照核验: whether a certificate was issued and still holds. */
export function VerifyPage() {
  const { t } = useTranslation('public');
  const given = useGiven();
  const asked = useMutation({
    mutationFn: ({ number, code }: Scanned) =>
      call(routes.verifyCertificate, { path: { certificateNumber: number }, query: { code } }),
  });
  const { mutate } = asked;
  useAskedAtOnce(given, mutate);
  return (
    <Screen title={t('nav.verify')} lead={t('verifyLead')}>
      <NumberAndCode
        printed="verify"
        numberLabel={t('certificateNumber')}
        codeLabel={t('verifyCode')}
        initial={given ?? { number: '', code: '' }}
        busy={asked.isPending}
        ask={mutate}
      />
      {asked.error === null ? null : <Failure error={asked.error} />}
      {asked.data === undefined ? null : <Verified certificate={asked.data} />}
    </Screen>
  );
}

function Verified({ certificate }: { readonly certificate: shapes.VerifiedCertificate }) {
  const { t } = useTranslation('public');
  const language = useLanguage();
  const { name, itemName, issuer, holder, validFrom, validTo, validity, certificateNumber } = certificate;
  const until = validTo === null ? t('forGood') : formatDate(validTo, language);
  const facts: readonly (readonly [string, string])[] = [
    ['certificateNumber', certificateNumber],
    ['certificateItem', itemName],
    ['issuer', issuer],
    ['holder', holder ?? t('holderHidden')],
    ['validSpan', t('span', { from: formatDate(validFrom, language), until })],
  ];
  return (
    <div role="status">
      <Panel title={name}>
        <p className={`status ${validity === 'valid' ? 'good' : 'bad'}`}>{t(`validities.${validity}`)}</p>
        <dl className="facts">
          {facts.map(([label, text]) => (
            <div key={label}>
              <dt>{t(label)}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </Panel>
    </div>
  );
}
