import type { shapes } from '@tongban/console/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { nameOf, usePlace, useSite } from './place.js';
import { useAgents } from './queries.js';
import { Empty, Failure, Field, Loading, Screen } from './ui.js';

/** 四公开: who helps with what, where, and under which telephone. */
export function Agents() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const { divisions } = useSite();
  const { data, error, refetch } = useAgents(node);
  const [place, setPlace] = useState('');
  const [words, setWords] = useState('');
  const agents = data?.agents ?? [];
  const places = [...new Set(agents.map((agent) => agent.node))].sort();
  const wanted = words.trim();
  const shown = agents.filter(
    (agent) =>
      (place === '' || agent.node === place) &&
      (wanted === '' ||
        [agent.name, agent.place, ...agent.items.map(({ name }) => name)].some((t) => t.includes(wanted))),
  );
  return (
    <Screen
      title={t('nav.agents')}
      lead={t('agentsLead')}
      actions={
        <a className="button" href={`/v1/nodes/${node}/agents/page`} target="_blank" rel="noreferrer">
          {t('agentsPoster')}
        </a>
      }
    >
      <div className="asking two">
        <Field label={t('division')} required>
          {(bind) => (
            <select {...bind} value={place} onChange={(event) => setPlace(event.target.value)}>
              <option value="">{t('all')}</option>
              {places.map((each) => (
                <option key={each} value={each}>
                  {nameOf(divisions, each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('agentWords')} required>
          {(bind) => <input {...bind} type="search" value={words} onChange={(event) => setWords(event.target.value)} />}
        </Field>
      </div>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && shown.length === 0 ? <Empty text={t('noAgents')} /> : null}
      <ul className="cards">
        {shown.map((agent) => (
          <li key={agent.id}>
            <Agent agent={agent} placeName={nameOf(divisions, agent.node)} node={node} />
          </li>
        ))}
      </ul>
    </Screen>
  );
}

interface AgentProps {
  readonly agent: shapes.Agent;
  readonly placeName: string;
  readonly node: string;
}

function Agent({ agent, placeName, node }: AgentProps) {
  const { t } = useTranslation('public');
  return (
    <>
      <h2>{agent.name}</h2>
      <p>{placeName}</p>
      <p>
        <a href={`tel:${agent.phone}`}>{agent.phone}</a>
      </p>
      <p>{agent.place}</p>
      <p className="quiet">{agent.hours}</p>
      {agent.procedure === undefined ? null : <p className="quiet lines">{agent.procedure}</p>}
      <details>
        <summary>{t('agentItems', { count: agent.items.length })}</summary>
        <ul className="bullets">
          {agent.items.map(({ code, name }) => (
            <li key={code}>
              <Link to={`/${node}/guides/${code}`}>{name}</Link>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
