import { catalogueSubject, inboxSubject, statusSubject, streams, streamSubjects } from '@tongban/contract';
import { recordKinds } from '@tongban/feature/catalogue';
import { addressTokens, nodeCode, tierOf, tiers, type NodeCode } from '@tongban/kernel';
import YAML from 'yaml';
import { textOf } from './files.fixture.js';

interface Channel {
  readonly address: string;
  readonly parameters: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  readonly 'x-stream'?: string;
}
interface Document {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<'inbox' | 'status' | 'catalogue', Channel>>;
  readonly operations: Readonly<Record<string, { readonly channel: { readonly $ref: string } }>>;
  readonly components: { readonly parameters: { readonly tier: { readonly enum: readonly string[] } } };
  readonly 'x-streams': Readonly<Record<string, { readonly subjects: readonly string[] }>>;
}

const text = textOf('docs', 'protocol', 'asyncapi.yaml');
const document = YAML.parse(text) as Document;
const nodes = ['370000000000', '371100000000', '371102000000', '371102001000', '371102001001'].map(nodeCode);

/** The channel's address with a node's parts in it. */
function addressOf(name: keyof Document['channels'], node: NodeCode, more: Record<string, string> = {}): string {
  const [pp, cc, dd, ttt, vvv] = addressTokens(node);
  const values: Record<string, string> = { tier: tierOf(node), pp, cc, dd, ttt, vvv, ...more };
  const { address, parameters } = document.channels[name];
  const named = [...address.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter!);
  expect(Object.keys(parameters)).toEqual(named);
  return address.replaceAll(/\{(\w+)\}/g, (_match, parameter: string) => values[parameter] ?? '?');
}

describe('docs/protocol/asyncapi.yaml', () => {
  it.each(nodes)('has the subjects that the program uses for %s', (node) => {
    expect(addressOf('inbox', node)).toBe(inboxSubject(node));
    expect(addressOf('status', node)).toBe(statusSubject(node));
    const record = { kind: 'item', key: '370511001000', version: '3' };
    expect(addressOf('catalogue', node, record)).toBe(catalogueSubject(node, record.kind, `${record.key}.3`));
  });

  it('has the streams with their subjects, each tier and each kind of record', () => {
    expect(document.asyncapi).toMatch(/^3\./);
    expect(Object.keys(document['x-streams']).sort()).toEqual(Object.values(streams).sort());
    expect(document['x-streams'][streams.inbox]?.subjects).toEqual([streamSubjects.inbox]);
    expect(document['x-streams'][streams.catalogue]?.subjects).toEqual([streamSubjects.catalogue]);
    expect(document.channels.inbox['x-stream']).toBe(streams.inbox);
    expect(document.channels.catalogue['x-stream']).toBe(streams.catalogue);
    expect(document.components.parameters.tier.enum).toEqual([...tiers]);
    expect(document.channels.catalogue.parameters['kind']?.enum).toEqual([...recordKinds]);
  });

  it('refers to nothing that is not there', () => {
    for (const [, path] of text.matchAll(/\$ref: '#\/([^']+)'/g)) {
      const found = path!
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect({ path, isThere: found !== undefined }).toEqual({ path, isThere: true });
    }
  });

  it('is told about in the pages: kinds and stream names', () => {
    const page = textOf('docs', 'protocol', 'catalogue.md');
    for (const kind of recordKinds) expect(page).toContain(`| \`${kind}\` |`);
  });
});
