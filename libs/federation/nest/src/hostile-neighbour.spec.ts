import { create, toBinary } from '@bufbuild/protobuf';
import {
  EnvelopeBodySchema,
  EnvelopeSchema,
  LinkStatusBodySchema,
  LinkStatusSchema,
  NodeReportBodySchema,
  NodeReportSchema,
} from '@tongban/contract';
import { framed, KeyDirectory, Keystore, makeSecret, publicPart, sm3 } from '@tongban/journal';
import { nodeCode, refusalCodes, type Result } from '@tongban/kernel';
import { damagedBytes } from '@tongban/testkit';
import fc from 'fast-check';
import { openReport } from './reports.js';
import { openEnvelope, openStanding, verifyMessages } from './verify.js';

const sender = nodeCode('371102001001');
const receiver = nodeCode('371102001000');
const secrets = [makeSecret(sender, 1), makeSecret(receiver, 1)];
const keystore = new Keystore(secrets);
const directory = new KeyDirectory(secrets.map(publicPart));
const now = Date.parse('2026-03-02T02:00:00Z');
const runs = 400;
const manyMessages = 50_000;
const budgetCpuMs = 30_000;

/** What a neighbour could sign: the key is genuine, the content anything. */
const signed = (body: Uint8Array) => ({ sender, receiver, body, signature: keystore.sign(sender, sm3(body)) });
const envelopeOf = (body: Uint8Array) => create(EnvelopeSchema, signed(body));
const statusOf = (body: Uint8Array) => create(LinkStatusSchema, signed(body));
const reportOf = (body: Uint8Array) =>
  create(NodeReportSchema, {
    ...{ sender, receiver, body },
    signature: keystore.sign(sender, sm3(framed(['tongban-report-1', sender, receiver, body]))),
  });

/** Opened, or refused with a code of the list: never an exception, which would stop the link. */
const isSettled = (result: Result<unknown>): boolean => result.ok || result.refusal.code in refusalCodes;

describe('a neighbour that signs anything', () => {
  it('gets its envelopes opened or refused, and each message of them', () => {
    fc.assert(
      fc.property(damagedBytes(EnvelopeBodySchema), (body) => {
        const opened = openEnvelope(directory, envelopeOf(body), 0);
        expect(isSettled(opened)).toBe(true);
        if (!opened.ok) return;
        const read = opened.value.messages.map(({ message }) => message);
        expect(read.every(isSettled)).toBe(true);
        verifyMessages(
          directory,
          read.map((message) => (message.ok ? message.value : undefined)),
        );
        for (const { payload } of opened.value.messages) expect(payload()).toBeInstanceOf(Uint8Array);
      }),
      { numRuns: runs },
    );
  });

  it('gets its standings and reports opened or refused', () => {
    fc.assert(
      fc.property(damagedBytes(LinkStatusBodySchema), damagedBytes(NodeReportBodySchema), (status, report) => {
        expect(isSettled(openStanding(directory, statusOf(status), 0))).toBe(true);
        expect(isSettled(openReport(directory, reportOf(report), now))).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  it('keeps nobody busy with very many empty messages', () => {
    const messages = new Array<object>(manyMessages).fill({});
    const body = toBinary(EnvelopeBodySchema, create(EnvelopeBodySchema, { sender, receiver, messages }));
    const began = process.cpuUsage();
    const opened = openEnvelope(directory, envelopeOf(body), 0);
    expect(opened.ok && opened.value.messages.every(({ message }) => !message.ok)).toBe(true);
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(budgetCpuMs);
  });
});

describe('whoever is no neighbour, or has no key', () => {
  it('is refused before anything of the body is read', () => {
    fc.assert(
      fc.property(damagedBytes(EnvelopeBodySchema), fc.uint8Array({ maxLength: 64 }), (body, value) => {
        const stranger = create(EnvelopeSchema, { ...signed(body), sender: nodeCode('371103000000') });
        const forgery = { ...keystore.sign(sender, sm3(body)), value };
        const forged = create(EnvelopeSchema, { sender, receiver, body, signature: forgery });
        for (const envelope of [stranger, forged]) {
          const opened = openEnvelope(directory, envelope, 0);
          expect(opened.ok ? 'opened' : opened.refusal.code).toMatch(/^link\.(author|signature|key)$/);
        }
      }),
      { numRuns: runs },
    );
  });
});
