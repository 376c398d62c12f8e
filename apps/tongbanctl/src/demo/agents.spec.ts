import { agentSchema, findAgentProblems } from '@tongban/domain/catalogue';
import { join } from 'node:path';
import { agentsFor } from './agents.js';
import { loadCatalogue } from './catalogue.js';
import { district, township, village } from './observation.fixture.js';

const catalogue = loadCatalogue(join(import.meta.dirname, '../../../../deploy/catalogue'));
const stations = [{ village, township, above: district }];
const posted = (on: string) => agentsFor(catalogue, stations, () => '兴海社区', on);

describe('the agents that the demonstration posts', () => {
  const on = '2026-11-20';
  const [agent] = posted(on);

  it('have all four disclosures and nothing that the catalogue would refuse', () => {
    expect(agentSchema.parse(agent)).toEqual(agent);
    expect(agent).toMatchObject({ node: village, place: '兴海社区便民服务站', hours: expect.stringContaining('周一') });
    expect(agent!.items.length).toBeGreaterThan(0);
    const items = new Map(catalogue.items.map((item) => [item.code, item]));
    expect(findAgentProblems(agent!, items, on)).toEqual([]);
  });

  it('are the same at a later start: a version stands for one content', () => {
    expect(posted('2027-12-31')).toEqual(posted(on));
  });
});
