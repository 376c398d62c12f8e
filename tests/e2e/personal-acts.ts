import { randomUUID } from 'node:crypto';
import { applicantFormSchema } from '@tongban/domain/catalogue';
import { z } from 'zod';
import { ask, unexpected, type Answer } from './http.js';
import { usernameOf, type By, type Office, type Station } from './office.js';
import { attach, chinaDay, filledForm, type Applicant } from './papers.js';

/** A closed case, and what its applicant was told. */
export interface ToldCase {
  readonly record: string;
  readonly number: string;
  readonly queryCode: string;
}

const templateSchema = z.object({
  stages: z.array(
    z.object({
      opens: z.string(),
      form: applicantFormSchema,
      materials: z.array(z.object({ code: z.string(), required: z.boolean() })),
    }),
  ),
});
const slotsSchema = z.object({ slots: z.array(z.object({ start: z.string(), free: z.int() })) });

/**
 * Everything else that people say or write about somebody at an office: reasons for looking, complaints, requests about
 * data, a joint case, a booking, an archive. Each text has the planted person, and a bystander whom no dossier names.
 */
export class PersonalActs {
  private readonly words: string;

  constructor(
    private readonly office: Office,
    private readonly station: Station,
    private readonly planted: Applicant,
    bystander: string,
  ) {
    const { name, identityNumber, phone } = planted;
    this.words = `${bystander}为${name}（${identityNumber}，${phone}）而来`;
  }

  private get clerk(): string {
    return usernameOf('clerk', this.station.township);
  }

  private async told(what: string, answer: Promise<Answer>): Promise<Answer> {
    const told = await answer;
    if (told.status >= 300) throw unexpected(what, told);
    return told;
  }
  private post(what: string, by: By, path: string, body: object): Promise<Answer> {
    return this.told(what, this.office.command(by, this.station.township, path, body));
  }
  private get(what: string, by: By, path: string): Promise<Answer> {
    return this.told(what, this.office.get(by, this.station.township, path));
  }

  async aboutCase({ record, number, queryCode }: ToldCase): Promise<void> {
    const purpose = `purpose=${encodeURIComponent(this.words)}`;
    await this.get('the dossier', this.clerk, `/cases/${record}/dossier?full=true&${purpose}`);
    await this.get('the receipt', this.clerk, `/cases/${record}/receipt.pdf?${purpose}`);
    const archive = ask({
      ...{ method: 'POST', url: this.office.url(this.station.township, `/cases/${record}/archive`) },
      token: await this.office.token(this.clerk),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ purpose: this.words }),
    });
    await this.told('the archive', archive);
    const resident = usernameOf('resident', this.station.village);
    const request = { kind: 'correction', text: this.words, code: queryCode };
    await this.post('a request about data', resident, `/cases/${record}/privacy/requests`, request);
    const { name, phone } = this.planted;
    const contact = { name, phone, address: `${name}的家，海曲东路9号` };
    const complaint = { kind: 'complaint', channel: 'web', anonymous: false, text: this.words, contact };
    const filed = await this.post('a complaint', undefined, '/feedback', { ...complaint, caseNumber: number });
    const feedback = `/feedback/${String(filed.json?.['record'])}`;
    const supervisor = usernameOf('supervisor', this.station.township);
    await this.post('its acceptance', supervisor, `${feedback}/acceptance`, { complexity: 'general' });
    await this.get('its dossier', supervisor, `${feedback}/dossier?full=true&${purpose}`);
    await this.post('its investigation', supervisor, `${feedback}/investigation`, {
      ...{ finding: 'partly', text: this.words },
    });
  }

  async bookAndOpenJoint(): Promise<void> {
    const day = chinaDay(1);
    const found = await this.get('the free slots', undefined, `/halls/main/slots?day=${day}&group=general`);
    const start = slotsSchema.parse(found.json).slots.find(({ free }) => free > 0)?.start;
    if (start === undefined) throw new Error('the hall has no free slot');
    const { identityNumber } = this.planted;
    await this.post('a booking', undefined, '/appointments', {
      ...{ hall: 'main', group: 'general', day, start, identityNumber },
    });
    const path = '/joint-templates/newborn';
    const { stages } = templateSchema.parse((await this.get('the template', undefined, path)).json);
    const first = stages.filter(({ opens }) => opens === 'atOnce');
    const materials = new Set(first.flatMap((stage) => stage.materials.map(({ code }) => code)));
    const nameOf = (material: string): string => `${this.planted.name}-${material}.txt`;
    await this.post('a joint case', this.clerk, '/joint-cases', {
      ...{ template: 'newborn', chosen: [], channel: 'window', applicant: this.planted },
      ...{ applicantType: 'naturalPerson', identityType: 'residentIdentityCard' },
      form: Object.assign({}, ...first.map(({ form }) => filledForm(form))) as object,
      attachments: await attach(this.office, this.clerk, this.station.township, [...materials], nameOf),
    });
  }

  /** What is refused must not be kept or logged either: texts where none belong, an unknown record, a bad body. */
  async inVain(): Promise<void> {
    const { township } = this.station;
    const { name, identityNumber, phone } = this.planted;
    const answers = [
      await this.office.command(this.clerk, township, `/cases/${randomUUID()}/decision`, { opinion: this.words }),
      await this.office.command(this.clerk, township, '/cases', { applicant: this.planted, [this.words]: 1 }),
      await this.office.command(undefined, township, '/feedback', { text: this.words, contact: { name, phone } }),
      await this.office.get(this.clerk, township, `/cases?status=${encodeURIComponent(this.words)}`),
      await this.office.get(this.clerk, township, `/cases/${encodeURIComponent(identityNumber)}/entries`),
    ];
    for (const answer of answers) if (answer.status < 400) throw unexpected('what should be refused', answer);
  }
}
