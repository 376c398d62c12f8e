import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeCode } from '@tongban/kernel';
import { linkTable, showLinks } from './links.js';
import { reconcileNode, reconciliationText } from './reconcile.js';
import { Remote, type LinkView, type ReconciliationView } from './remote.js';

const township = nodeCode('371102001000');
const link: LinkView = {
  ...{ peer: '371102001001', courier: 'nats', last: 120, sent: 110, acknowledged: 100, quarantined: 2, parked: 1 },
  ...{ acknowledgedAt: '2026-07-30T01:00:00.000Z', oldestUnacknowledgedSeconds: 12.4, applied: 7 },
  ...{ appliedAt: null, peerHeardAt: '2026-07-30T01:00:05.000Z', peerClockAheadSeconds: -3.2 },
};
const result = {
  ...{ checkedRecords: 9, checkedEntries: 90, rederived: 0, damaged: 1, differing: 2, mendedHere: 1, mendedThere: 0 },
  ...{ digestBytes: 2345, interruption: null },
  unmended: [{ record: '0190b5a0-0000-7000-8000-000000000002', code: 'link.chain', detail: 'entry 2' }],
};
const view = (state: ReconciliationView['state']): ReconciliationView => ({
  ...{ id: 'r', peer: '371102000000', state, isSigned: true, isCountersigned: true, begunAt: '2026-07-30T01:00:00Z' },
  ...{ endedAt: null, result: state === 'running' ? null : result, checkedSoFar: state === 'running' ? 50 : null },
});

async function served<T>(
  answer: (request: IncomingMessage) => unknown,
  work: (remote: Remote) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(request)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const env = { TONGBAN_URL: `http://127.0.0.1:${port}/`, TONGBAN_TOKEN: 't' };
    return await work(Remote.from(env, new AbortController().signal));
  } finally {
    server.close();
  }
}

describe('links', () => {
  it('are a table with what waits, how long, and local times', () => {
    const table = linkTable(township, [link]);
    for (const part of ['371102001001', '枢纽', '20', '12 秒', '07-30 09:00:00', '07-30 09:00:05', '-3 秒', '待升级 1'])
      expect(table).toContain(part);
    expect(linkTable(township, [])).toContain('还没有用过的链路');
  });

  it('come from the host, and quarantined messages make the status 1', async () => {
    const said: string[] = [];
    const asked: string[] = [];
    const status = await served(
      (request) => {
        asked.push(`${request.url} ${request.headers.authorization}`);
        return { links: [link] };
      },
      (remote) =>
        showLinks(
          remote,
          { node: township, json: true, watch: false, say: (text) => said.push(text) },
          new AbortController().signal,
        ),
    );
    expect({ status, asked }).toEqual({ status: 1, asked: [`/v1/nodes/${township}/links Bearer t`] });
    expect(JSON.parse(said[0]!)).toEqual({ node: township, links: [link] });
  });

  it('cannot be asked for without address and token', () => {
    expect(() => Remote.from({ TONGBAN_URL: 'http://x' }, new AbortController().signal)).toThrow('TONGBAN_TOKEN');
  });
});

describe('reconcile', () => {
  it('waits for the end and tells what was found', async () => {
    const [said, told]: [string[], string[]] = [[], []];
    let polls = 0;
    const status = await served(
      ({ method }) =>
        method === 'POST' ? { reconciliation: 'r', state: 'running' } : view(polls++ === 0 ? 'running' : 'differing'),
      (remote) =>
        reconcileNode(remote, {
          node: township,
          key: 'k',
          children: true,
          json: false,
          say: (text) => said.push(text),
          tell: (text) => told.push(text),
        }),
    );
    expect(status).toBe(1);
    expect(told).toEqual([`${township} 对账进行中，已核对 50 份`]);
    expect(said[0]).toBe(reconciliationText(township, view('differing')));
    for (const part of ['仍有不一致', '双方已签名', '2345 字节', '未能修复', 'link.chain'])
      expect(said[0]).toContain(part);
  });
});
