import { commandHeaders } from '../e2e/http.js';
import type { Office, Station } from '../e2e/office.js';
import {
  agentOf,
  attach,
  grantMandate,
  itemsOfTownship,
  makeApplicant,
  submissionOf,
  type Attached,
} from '../e2e/papers.js';
import type { Shot } from './http-load.js';

/** What an application for one item brings. */
interface Papers {
  readonly item: string;
  readonly attachments: readonly Attached[];
  readonly form: object;
}

/** Endless submissions that are all different: no applicant asks for the same item twice. */
export class Applications {
  private readonly ready: Record<string, unknown>[] = [];
  private items: readonly Papers[] | undefined;

  constructor(
    private readonly office: Office,
    private readonly station: Station,
  ) {}

  async take(count: number): Promise<Shot[]> {
    while (this.ready.length < count) await this.addApplicant();
    const url = this.office.url(this.station.village, '/cases');
    const token = await this.office.token(agentOf(this.station));
    return this.ready.splice(0, count).map((submission) => ({
      ...{ method: 'POST', url, body: JSON.stringify(submission) },
      headers: { ...commandHeaders(), authorization: `Bearer ${token}` },
    }));
  }

  /** A mandate over every item that the township does alone, and a submission for each. */
  private async addApplicant(): Promise<void> {
    const { office, station } = this;
    const { village } = station;
    const agent = agentOf(station);
    this.items ??= await this.itemsWithPapers(station, agent);
    const applicant = makeApplicant();
    const codes = this.items.map(({ item }) => item);
    const mandate = await grantMandate(office, agent, village, applicant, { items: codes });
    for (const { item, attachments, form } of this.items)
      this.ready.push(submissionOf({ item, applicant, mandate, attachments, form }));
  }

  private async itemsWithPapers({ village, township }: Station, agent: string): Promise<Papers[]> {
    const items: Papers[] = [];
    for (const { code, required, form } of await itemsOfTownship(this.office, village, township))
      items.push({ item: code, attachments: await attach(this.office, agent, village, required), form });
    if (items.length === 0) throw new Error(`${village} offers nothing that its township does alone`);
    return items;
  }
}
