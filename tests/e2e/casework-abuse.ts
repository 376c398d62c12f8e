import { randomUUID } from 'node:crypto';
// eslint-disable-next-line @nx/enforce-module-boundaries -- archives are forged as where their kind is told
import { zipOf } from '../../libs/platform/blob/src/zip.fixture.js';
import {
  agent,
  approver,
  clerk,
  codeOf,
  secondAgent,
  secondApprover,
  township,
  village,
  type Desk,
} from './casework-desk.js';
import { approval, attach, grantMandate, makeApplicant, submissionOf } from './papers.js';

const manyAttachments = 200;
const uploadsAtOnce = 8;

/** What people try who should not; each leaves the city as it was. */
export function abuseOf(deskOf: () => Desk): void {
  it('decisions of two at the same moment are one decision, and a command that is sent again is the same command', async () => {
    const { record } = await deskOf().accepted(deskOf().item());
    const many = [approver, secondApprover, approver, secondApprover].map((by) =>
      deskOf().act(by, record, 'decision', approval),
    );
    const codes = await Promise.all(many);
    expect(codes.filter((code) => code === 201)).toHaveLength(1);
    expect(await deskOf().entries(record, 'case.decided')).toBe(1);
    const key = randomUUID();
    const again = await Promise.all(
      Array.from({ length: 5 }, () => deskOf().send(clerk, record, 'certificate', {}, township, key)),
    );
    const first = again.find(({ status }) => status === 201);
    expect(again.map(codeOf).filter((code) => code !== 201 && code !== 'case.closed')).toEqual([]);
    expect((await deskOf().send(clerk, record, 'certificate', {}, township, key)).json).toEqual(first?.json);
    expect(await deskOf().entries(record, 'case.certified')).toBe(1);
  });

  it('one agent for two sides', async () => {
    const item = deskOf().item();
    const [one, other] = [makeApplicant(), makeApplicant()];
    const entrust = (by: string, principal: typeof one) =>
      grantMandate(deskOf().office, by, village, principal, { items: [item.code] });
    const mandate = await entrust(agent, one);
    await entrust(agent, other);
    const attachments = await attach(deskOf().office, agent, village, item.required);
    const opposing = [{ name: other.name, identityNumber: other.identityNumber }];
    const parts = submissionOf({ item: item.code, applicant: one, mandate, attachments, form: item.form });
    const answer = await deskOf().office.command(agent, village, '/cases', { ...parts, opposing });
    expect(codeOf(answer)).toBe('mandate.two-sides');
    await entrust(secondAgent, other);
  });

  it('two hundred attachments are taken, and no more than three hundred', async () => {
    const item = deskOf().item();
    const attachments: Awaited<ReturnType<typeof attach>> = [];
    for (let done = 0; done < manyAttachments; done += uploadsAtOnce) {
      const materials = Array.from({ length: uploadsAtOnce }, (_, at) => item.required[at % item.required.length]!);
      const uploads = materials.map((material) => attach(deskOf().office, clerk, township, [material]));
      attachments.push(...(await Promise.all(uploads)).flat());
    }
    expect(attachments).toHaveLength(manyAttachments);
    const { record } = await deskOf().take(item, { attachments });
    expect(await deskOf().act(clerk, record, 'acceptance')).toBe(201);
    expect((await deskOf().office.get(clerk, township, `/cases/${record}/receipt.pdf`)).text.slice(0, 5)).toBe('%PDF-');
    const tooMany = [...attachments, ...attachments.slice(0, 101)];
    expect(codeOf(await deskOf().apply(item, { attachments: tooMany }))).toBe('request.invalid');
  });

  it.each<[string, string, Buffer]>([
    ['a page with a script', 'text/plain', Buffer.from('说明\n<script>alert(1)</script>')],
    [
      'a picture with a script',
      'image/png',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ],
    ['a PDF with a page behind it', 'application/pdf', Buffer.from('%PDF-1.7\n%%EOF\n<html><script>1</script></html>')],
    ['an archive', 'application/zip', zipOf([{ name: 'bomb.txt', data: Buffer.alloc(100_000) }])],
    [
      'a document that unpacks without end',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      zipOf([{ name: '[Content_Types].xml' }, { name: 'word/document.xml', unpackedBytes: 4_000_000_000 }]),
    ],
  ])('%s as an attachment', async (_what, type, bytes) => {
    const url = deskOf().office.url(township, '/attachments');
    const answer = await deskOf().office.send(clerk, 'POST', url, { 'content-type': type }, new Uint8Array(bytes));
    expect(codeOf(answer)).toBe('attachment.type');
  });
}
