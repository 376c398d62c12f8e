import { create } from '@bufbuild/protobuf';
import { NodeReportSchema } from '@tongban/contract';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { openReport, reportLimits, sealReport } from './reports.js';

const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const otherTownship = nodeCode('371102002000');
const secrets = [township, village, otherTownship].map((node) => makeSecret(node, 1));
const keystore = new Keystore(secrets);
const directory = new KeyDirectory(secrets.map(publicPart));
const now = Date.parse('2026-03-02T01:00:00Z');
const content = new TextEncoder().encode('how things stand');
const report = { sender: village, receiver: township, topic: 'test', at: now, content };
const codeOf = (opened: ReturnType<typeof openReport>): string => (opened.ok ? 'ok' : opened.refusal.code);

describe('a report', () => {
  it('comes as it was sealed', () => {
    expect(openReport(directory, sealReport(keystore, report), now)).toEqual({ ok: true, value: report });
  });

  it('is taken from a child only, and to whom it was addressed', () => {
    const sealed = sealReport(keystore, report);
    const to = (receiver: string) => openReport(directory, create(NodeReportSchema, { ...sealed, receiver }), now);
    expect(codeOf(to(otherTownship))).toBe('link.author');
    const down = sealReport(keystore, { ...report, sender: township, receiver: village });
    expect(codeOf(openReport(directory, down, now))).toBe('link.author');
  });

  it('is refused when anything of it was changed', () => {
    const sealed = sealReport(keystore, report);
    const body = Uint8Array.from(sealed.body, (byte, index) => (index === 5 ? byte ^ 1 : byte));
    expect(codeOf(openReport(directory, create(NodeReportSchema, { ...sealed, body }), now))).toBe('link.signature');
    expect(codeOf(openReport(new KeyDirectory([]), sealed, now))).toBe('link.key');
  });

  it('is refused when it is too large or comes from the future', () => {
    const late = sealReport(keystore, { ...report, at: now + reportLimits.maxAheadMs + 1 });
    expect(codeOf(openReport(directory, late, now))).toBe('link.schema');
    const large = sealReport(keystore, { ...report, content: new Uint8Array(reportLimits.contentBytes + 1) });
    expect(codeOf(openReport(directory, large, now))).toBe('link.schema');
  });
});
