import { toBinary } from '@bufbuild/protobuf';
import { PermissionViolationError, RequestError, type NatsConnection } from '@nats-io/transport-node';
import { catalogueSubject, FrameSchema, hostConsumer, inboxSubject, statusSubject } from '@tongban/contract';
import { parentOf, type NodeCode } from '@tongban/kernel';
import { readFileSync } from 'node:fs';
import { cityCode, hosts } from './city.js';
import { journalFaults, unacknowledged } from './database.js';
import { Load } from './load.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { envelopeFrame, grpcAddress, helloFrame, pki, Thief } from './thief.js';
import { until, untilNone } from './wait.js';

const testTimeoutMs = 150_000;
/** What was under way when a key was replaced at once is asked for after half a minute. */
const replacingTimeoutMs = 300_000;
const recordTimeoutMs = 30_000;
const arrivalTimeoutMs = 90_000;
const requestTimeoutMs = 5_000;
const casesAround = 2;
const stranger = '00000000-0000-7000-8000-000000000001';
const digest = 'ab'.repeat(32);

/** True when the hub says no to it, at once or on the connection's status. */
async function isForbidden(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof PermissionViolationError) return true;
    return error instanceof RequestError && error.cause instanceof PermissionViolationError;
  }
}

interface AuditLine {
  readonly subject: string | null;
  readonly code: string;
  readonly address: string;
}

describe('the stolen keys of a village', () => {
  let running: RunningCity;
  let thief: Thief;
  let hub: NatsConnection;
  let [village, neighbour, township]: NodeCode[] = [];

  const logOf = (...path: string[]): string => readFileSync(running.city.folder.file(...path), 'utf8');
  /** Lines that the hub wrote about the thief. */
  const violations = (): string[] =>
    logOf('nats', 'nats.log')
      .split('\n')
      .filter((line) => line.includes(thief.user) && line.includes('Violation'));
  /** What a host wrote about whom it refused. */
  const refusals = (host: string): string[] =>
    logOf('logs', `${host}.log`)
      .split('\n')
      .filter((line) => line.includes('"a host was refused"'));
  const metricsOf = async (host: 'city' | 'township'): Promise<string> =>
    (await fetch(`${running.city.address(host)}/metrics`)).text();
  /** Lines of a host's audit log about one kind of refusal, as soon as there is one that fits. */
  const audited = (host: 'city' | 'township', operation: string, fits: (line: AuditLine) => boolean) =>
    until(`${operation} in the audit log of the ${host}`, recordTimeoutMs, async () => {
      const sql = 'select subject, code, address from audit_event where operation = $1';
      const lines = (await running.databases.query<AuditLine>(host, sql, [operation])).filter(fits);
      return lines.length === 0 ? undefined : lines;
    });
  /** Files follow their cases: what is not all there yet is asked for again. */
  const readable = (client: ReturnType<Thief['dial']>, file: string): Promise<true> =>
    until('a file of its own', arrivalTimeoutMs, async () =>
      (await thief.stream(client, 'readBlob', { digest: file })).endsWith(' messages') ? true : undefined,
    );
  const recorded = (what: string, holds: () => boolean): Promise<true> =>
    until(what, recordTimeoutMs, () => (holds() ? true : undefined));

  beforeAll(async () => {
    running = await runCity();
    const [first, second] = running.stations;
    [village, neighbour, township] = [first!.village, second!.village, first!.township];
    thief = await Thief.at(running.city.folder, village);
    hub = await thief.enterHub(running.city.address('nats-server'));
  }, cityTimeoutMs);

  afterAll(async () => {
    await thief?.leave();
    await running?.city.dispose();
  }, cityTimeoutMs);

  it(
    'write to no subject of a neighbour, nor to the catalogue of anybody else',
    async () => {
      const others = [neighbour!, parentOf(neighbour!)!, parentOf(township!)!, cityCode as NodeCode];
      const subjects = others
        .filter((node) => node !== township)
        .flatMap((node) => [inboxSubject(node), statusSubject(node)]);
      const catalogues = [township!, cityCode as NodeCode].map((node) => catalogueSubject(node, 'item', 'x.1'));
      const all = [...subjects, ...catalogues, inboxSubject(village!)];
      for (const subject of all)
        expect([subject, await isForbidden(hub.request(subject, '', { timeout: requestTimeoutMs }))]).toEqual([
          subject,
          true,
        ]);
      await recorded('the hub to write all of them down', () =>
        all.every((subject) => violations().some((line) => line.includes(`Publish Violation - Subject "${subject}"`))),
      );
    },
    testTimeoutMs,
  );

  it(
    'read nothing that is for others',
    async () => {
      const subjects = [
        statusSubject(neighbour!),
        inboxSubject(neighbour!),
        'tongban.>',
        '_INBOX.village.>',
        '_INBOX.>',
        '$SYS.>',
      ];
      for (const subject of subjects) {
        const closed = new Promise<Error | undefined>((resolve) => {
          const subscription = hub.subscribe(subject, {
            callback: (error) => {
              if (error !== null) resolve(error);
            },
          });
          void subscription.closed.then((error) => resolve(error instanceof Error ? error : undefined));
        });
        expect([subject, await closed]).toEqual([subject, expect.any(PermissionViolationError)]);
      }
      await recorded('the hub to write all of them down', () =>
        subjects.every((subject) =>
          violations().some((line) => line.includes(`Subscription Violation - Subject "${subject}"`)),
        ),
      );
    },
    testTimeoutMs,
  );

  it(
    'make, change and delete no stream or consumer, and pull from nobody’s',
    async () => {
      const host = hostConsumer('village', ['3711*']);
      const calls = [
        ...[
          'CREATE.MINE',
          'UPDATE.INBOX',
          'DELETE.INBOX',
          'PURGE.INBOX',
          'MSG.GET.INBOX',
          'MSG.DELETE.INBOX',
          'SNAPSHOT.INBOX',
        ].map((call) => `$JS.API.STREAM.${call}`),
        ...[
          `CREATE.INBOX.mine`,
          `DURABLE.CREATE.INBOX.${host}`,
          `DELETE.INBOX.${host}`,
          `MSG.NEXT.INBOX.${host}`,
          `INFO.INBOX.${host}`,
        ].map((call) => `$JS.API.CONSUMER.${call}`),
        '$JS.API.CONSUMER.MSG.NEXT.CATALOG.catalogue_city',
        '$JS.API.DIRECT.GET.INBOX',
        `$JS.ACK.INBOX.${host}.1.1.1.1.1`,
      ];
      for (const subject of calls)
        expect([subject, await isForbidden(hub.request(subject, '{}', { timeout: requestTimeoutMs }))]).toEqual([
          subject,
          true,
        ]);
      await recorded('the hub to write all of them down', () =>
        calls.every((subject) => violations().some((line) => line.includes(`"${subject}"`))),
      );
      const written = await audited('city', 'hub.publish', ({ subject }) => subject === thief.user);
      expect(written[0]).toMatchObject({ code: 'link.forbidden', address: '127.0.0.1' });
      expect(await metricsOf('city')).toMatch(/tongban_hub_refused_total\{operation="publish",[^}]*\} [1-9]/);
      await audited('city', 'hub.subscription', ({ subject }) => subject === thief.user);
    },
    testTimeoutMs,
  );

  it(
    'forge no author: not over the hub, where the parent finds the signature out',
    async () => {
      const sibling = `${township!.slice(0, 9)}${village!.endsWith('001') ? '002' : '001'}` as NodeCode;
      const frame = toBinary(FrameSchema, envelopeFrame(thief.forged(sibling, township!)));
      hub.publish(inboxSubject(township!), frame);
      await hub.flush();
      await recorded('the township to refuse it', () =>
        logOf('logs', 'township.log')
          .split('\n')
          .some(
            (line) =>
              line.includes('an envelope was refused') && line.includes(sibling) && line.includes('link.author'),
          ),
      );
      await audited('township', 'frame.envelope', ({ subject, code }) => subject === sibling && code === 'link.author');
      expect(await metricsOf('township')).toMatch(/tongban_frame_refused_total\{frame="envelope",code="link.author"/);
    },
    testTimeoutMs,
  );

  it(
    'put nothing unreadable between the others’ messages that stays there',
    async () => {
      hub.publish(inboxSubject(township!), Buffer.from('ffffffff0a', 'hex'));
      await hub.flush();
      await audited('township', 'frame.unreadable', () => true);
      const rows = await running.databases.query<{ subject: string; size: number }>(
        'township',
        'select subject, size from unreadable_frame',
        [],
      );
      expect(rows).toContainEqual({ subject: inboxSubject(township!), size: 5 });
      expect(await metricsOf('township')).toMatch(/tongban_frame_unreadable_total\{[^}]*\} [1-9]/);
    },
    testTimeoutMs,
  );

  it(
    'speak over gRPC in no other name, and pass on no other’s envelope',
    async () => {
      const client = thief.dial(grpcAddress(running.city, 'township'));
      const before = refusals('township').length;
      const other = parentOf(neighbour!)!;
      const stream = thief.exchange(client, [
        helloFrame([neighbour!]),
        envelopeFrame(thief.forged(neighbour!, other)),
        envelopeFrame(thief.forged(township!, parentOf(township!)!)),
      ]);
      await recorded('the township to write all of them down', () => refusals('township').length >= before + 3);
      stream.end();
      const lines = refusals('township').slice(before);
      expect(lines.every((line) => line.includes('"peer":"stolen"') && line.includes('link.certificate'))).toBe(true);
    },
    testTimeoutMs,
  );

  it(
    'ask over gRPC for nothing of strangers',
    async () => {
      const client = thief.dial(grpcAddress(running.city, 'township'));
      const other = parentOf(neighbour!)!;
      const before = refusals('township').length;
      for (const method of ['locate', 'compareDigests', 'conclude'] as const)
        expect([method, await thief.ask(client, method, neighbour!, other, stranger)]).toEqual([
          method,
          'link.certificate',
        ]);
      for (const method of ['snapshot', 'resend'] as const)
        expect([method, await thief.stream(client, method, thief.forgedAsk(method, neighbour!, other))]).toEqual([
          method,
          'link.certificate',
        ]);
      expect(refusals('township').length).toBe(before + 5);
      // Hosts that are not above the village serve it nothing at all.
      const city = thief.dial(grpcAddress(running.city, 'city'));
      expect(await thief.stat(city, digest)).toBe('link.certificate');
      expect(await thief.stream(city, 'readBlob', { digest })).toBe('link.certificate');
      expect(refusals('city').length).toBeGreaterThanOrEqual(2);
      await audited('township', 'peer.locate', ({ subject }) => subject?.startsWith('stolen ') === true);
      expect(await metricsOf('township')).toMatch(
        /tongban_peer_refused_total\{[^}]*method="locate"[^}]*code="link.certificate"[^}]*\} [1-9]/,
      );
    },
    testTimeoutMs,
  );

  it(
    'read no file of others at the parent, though its digest is known, and every one of their own',
    async () => {
      const client = thief.dial(grpcAddress(running.city, 'township'));
      const load = await Load.prepare(running.office, running.stations);
      load.start();
      await load.goesOn(casesAround).finally(() => load.stop());
      const sql = `select distinct f.digest from entry e join record r using (node, record), unnest(files_of(e.facts)) as f(digest)
          where e.node = $2 and e.type = 'case.submitted' and cardinality(files_of(e.facts)) > 0
            and r.members @> array[$1] limit 2`;
      const own = await until('files of the village’s cases at the township', arrivalTimeoutMs, async () => {
        const rows = await running.databases.query<{ digest: string }>('township', sql, [village, township]);
        for (const row of rows) if ((await thief.stat(client, row.digest)) !== 'answered') return undefined;
        return rows.length === 0 ? undefined : rows;
      });
      for (const row of own) await readable(client, row.digest);
      expect(await thief.stream(client, 'readBlob', { digest })).toBe('link.file');
      await audited('township', 'peer.readBlob', ({ code }) => code === 'link.file');
    },
    testTimeoutMs,
  );

  it(
    'are of no use once they are revoked',
    async () => {
      const client = thief.dial(grpcAddress(running.city, 'township'));
      expect(await thief.ask(client, 'locate', village!, township!, stranger)).toBe('answered');
      let put = false;
      void (async () => {
        for await (const { type } of hub.status()) if (type === 'disconnect') put = true;
      })();
      await pki(running.city.folder, 'revoke', '--host', 'stolen');
      await recorded('the hub to put the thief out', () => put);
      await until('the township to read the revocation list', recordTimeoutMs, async () =>
        (await thief.ask(client, 'locate', village!, township!, stranger)) === 'link.certificate' ? true : undefined,
      );
    },
    testTimeoutMs,
  );

  it(
    'are replaced at the real host while cases flow, and nothing is lost',
    async () => {
      const { city, office, stations, databases } = running;
      const load = await Load.prepare(office, stations);
      load.start();
      try {
        await load.goesOn(casesAround);
        await pki(city.folder, 'renew', '--host', 'village');
        await load.goesOn(casesAround);
        await pki(city.folder, 'revoke', '--host', 'village', '--old');
        await load.goesOn(casesAround);
        await pki(city.folder, 'rotate', '--node', village!, '--stolen');
        const signed = `select 1 from entry where key_id like '%#2' limit 1`;
        await until('the new key to sign', arrivalTimeoutMs, async () =>
          (await databases.query('village', signed, [])).length > 0 ? true : undefined,
        );
        await load.goesOn(casesAround);
      } finally {
        await load.stop();
      }
      expect(load.faults).toEqual([]);
      const keys = load.acknowledged.map(({ key }) => key);
      expect(keys.length).toBeGreaterThan(0);
      for (const host of hosts) {
        await untilNone(`all commands to arrive at ${host}`, arrivalTimeoutMs, async () => {
          const rows = await databases.query<{ id: string }>(
            host,
            'select id::text from entry where id = any($1::uuid[])',
            [keys],
          );
          const held = new Set(rows.map(({ id }) => id));
          return keys.filter((key) => !held.has(key));
        });
        await untilNone('receipts of everything sent', arrivalTimeoutMs, () => unacknowledged(databases, host));
        expect(await journalFaults(databases, host)).toEqual([]);
      }
    },
    replacingTimeoutMs,
  );
});
