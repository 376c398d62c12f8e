import type { shapes } from '@tongban/console/api';
import { useTranslation } from 'react-i18next';
import { useKiosk } from './kiosk/context.js';
import { Panel } from './ui.js';

interface GuideProps {
  readonly node: string;
  readonly guide: shapes.Guide;
}

/** 七公开: name, basis, conditions, materials, procedure, limit and fee, in the order in which they are posted. */
export function Disclosures({ node, guide }: GuideProps) {
  const { t } = useTranslation('public');
  const { disclosures } = guide;
  return (
    <>
      <Panel title={t('seven.name')}>
        <p>{disclosures.name}</p>
        <p className="quiet">{t('itemCode', { code: guide.code, version: guide.version })}</p>
      </Panel>
      <Panel title={t('seven.basis')}>
        <ul className="bullets">
          {disclosures.legalBasis.map(({ statute, article, year }) => (
            <li key={`${statute}/${article}`}>
              {statute}
              {year === undefined ? '' : t('ofYear', { year })} {article}
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('seven.conditions')}>
        <ol className="bullets">
          {disclosures.conditions.map((condition) => (
            <li key={condition}>{condition}</li>
          ))}
        </ol>
      </Panel>
      <Materials node={node} guide={guide} />
      <Panel title={t('seven.procedure')}>
        <ol className="steps">
          {disclosures.procedure.map(({ name, powerName, days, placeName }, index) => (
            <li key={`${index}/${name}`}>
              <strong>{name}</strong>
              <span className="quiet">
                {[powerName, days === 0 ? t('atOnce') : t('days', { days }), placeName]
                  .filter((text) => text !== undefined)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title={t('seven.time')}>
        <p>{disclosures.time.text}</p>
      </Panel>
      <Fee fee={disclosures.fee} />
    </>
  );
}

function Materials({ node, guide }: GuideProps) {
  const { t } = useTranslation('public');
  const { materials } = guide.disclosures;
  return (
    <Panel title={t('seven.materials')}>
      {materials.length === 0 ? <p>{t('noMaterials')}</p> : null}
      <ol className="rows materials">
        {materials.map((material) => (
          <li key={material.code}>
            <strong>{material.name}</strong>
            <p className="tags">
              <span className={material.necessity === 'required' ? 'strong' : undefined}>{material.necessityName}</span>
              <span>{material.sourceName}</span>
              <span>{t('copies', { form: material.formName, count: material.copies })}</span>
            </p>
            {[material.note, material.fillingNote, material.howToObtain].map((text) =>
              text === undefined ? null : (
                <p key={text} className="quiet">
                  {text}
                </p>
              ),
            )}
            <p className="files">
              <File node={node} guide={guide} file={material.blankForm} label="blankForm" />
              <File node={node} guide={guide} file={material.example} label="example" />
            </p>
          </li>
        ))}
      </ol>
      {guide.result.sample === undefined ? null : (
        <p className="files">
          <File node={node} guide={guide} file={guide.result.sample} label="sample" />
        </p>
      )}
    </Panel>
  );
}

interface FileProps extends GuideProps {
  readonly file: shapes.ItemFile | undefined;
  readonly label: 'blankForm' | 'example' | 'sample';
}

/** A terminal has nowhere to keep a file, so there it is only named. */
function File({ node, guide, file, label }: FileProps) {
  const { t } = useTranslation('public');
  const kiosk = useKiosk();
  if (file === undefined) return null;
  const text = t(label, { name: file.name });
  return kiosk ? (
    <span className="quiet">{text}</span>
  ) : (
    <a
      className="button small"
      href={`/v1/nodes/${node}/guide/${guide.code}/files/${file.digest}`}
      download={file.name}
    >
      {text}
    </a>
  );
}

function Fee({ fee }: { readonly fee: shapes.SevenDisclosures['fee'] }) {
  const { t } = useTranslation('public');
  return (
    <Panel title={t('seven.fee')}>
      <p>{fee.text}</p>
      <ul className="rows">
        {fee.projects.map(({ name, standard, basis, reductionNote }) => (
          <li key={name}>
            <strong>{name}</strong>
            <p>{standard}</p>
            <p className="quiet">{basis}</p>
            {reductionNote === undefined ? null : <p className="quiet">{reductionNote}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
