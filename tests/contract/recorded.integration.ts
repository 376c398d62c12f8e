import { requestBytes } from '@tongban/federation/transport';
import { hashEntry, KeyDirectory, sm3 } from '@tongban/journal';
import { LINK_DATABASE, QuarantineController } from '@tongban/feature/links';
import { createHttpApp, type HttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { isNodeCode } from '@tongban/kernel';
import { bearer, testVerifier } from '@tongban/testkit';
import { gateway, Listener, messagesOf, recordingOf, versions } from './recorded.fixture.js';

const testTimeoutMs = 120_000;

class Root {}

const serve = (listener: Listener): Promise<HttpApp> =>
  createHttpApp({
    module: {
      module: Root,
      controllers: [QuarantineController],
      providers: [{ provide: LINK_DATABASE, useValue: listener.dataSource }],
    },
    ports: { verifier: testVerifier, nodes: { isKnown: isNodeCode, isHosted: (node) => node === gateway }, checks: [] },
    logger: createLogger({ service: 'test', level: 'error' }),
    metrics: createMetrics('test'),
    info: { title: 'test', version: '1' },
  });

interface Shown {
  readonly code: string;
  readonly record: string | null;
  readonly entrySeq: number | null;
}

describe('what released versions have sent', () => {
  let listener: Listener | undefined;
  afterEach(() => listener?.close());

  it('is there for every version that was released', () => expect(versions()).toContain('0.1.0'));

  it.each(versions())('of %s can be read and is what its authors signed', (version) => {
    const { frames, keys } = recordingOf(version);
    const directory = new KeyDirectory(keys);
    const kinds = new Set<string>();
    for (const message of frames.flatMap(messagesOf)) {
      kinds.add(message.kind);
      if (message.kind === 'entry') {
        expect(hashEntry(message.entry).equals(message.entry.hash)).toBe(true);
        const { author, hash, signature } = message.entry;
        expect(directory.verify(author, hash, signature, message.entry.recordedAt)).toEqual({ ok: true });
      }
      if (message.kind === 'request') {
        const { origin, signature } = message.request;
        expect(
          directory.verify(origin, sm3(requestBytes(message.request)), signature, message.request.occurredAt),
        ).toEqual({ ok: true });
      }
    }
    expect(kinds).toEqual(new Set(['entry', 'request']));
  });

  it.each(versions())(
    'is applied as %s did itself, and nothing of it is set aside; once more it changes nothing',
    async (version) => {
      const { frames, keys, outcome } = recordingOf(version);
      listener = await Listener.make(keys);
      await listener.start();
      await listener.hear(frames);
      expect(await listener.quarantined()).toEqual([]);
      expect(await listener.outcome()).toEqual(outcome);
      await listener.hear(frames);
      expect(await listener.outcome()).toEqual(outcome);
      expect(await listener.quarantined()).toEqual([]);
    },
    testTimeoutMs,
  );

  it.each(versions())(
    'and a host does not know yet (%s) is parked, shown, and applied after the upgrade',
    async (version) => {
      const { frames, keys, outcome } = recordingOf(version);
      listener = await Listener.make(keys);
      await listener.start(['case.accepted', 'mandate.granted']);
      await listener.hear(frames);
      expect(await listener.outcome()).not.toEqual(outcome);
      const app = await serve(listener);
      try {
        const { authorization } = bearer('administrator', gateway);
        const get = (limit: number) =>
          app.nest.inject({ url: `/v1/nodes/${gateway}/quarantine?limit=${limit}`, headers: { authorization } });
        const before = (await get(100)).json<{ messages: Shown[] }>().messages;
        expect(new Set(before.map(({ code }) => code))).toEqual(new Set(['link.schema', 'link.gap']));
        // The first parked entry of each record is the one that is not known; the others wait for it.
        for (const { record, entrySeq, code } of before) {
          const earlier = before.some((other) => other.record === record && other.entrySeq! < entrySeq!);
          expect({ record, code }).toEqual({ record, code: earlier ? 'link.gap' : 'link.schema' });
        }
        await listener.stop();
        await listener.start();
        expect((await get(100)).json<{ messages: Shown[] }>().messages).toEqual([]);
      } finally {
        await app.close();
      }
      expect(await listener.outcome()).toEqual(outcome);
    },
    testTimeoutMs,
  );
});
