import { z } from 'zod';
import type { DemoPerson } from './people.js';
import { RouteFailure, send } from './http.js';

const client = 'tongban-demo';
/** A token is renewed this long before its end. */
const renewBeforeMs = 60_000;

const answerSchema = z.object({
  access_token: z.string(),
  expires_in: z.number(),
  refresh_token: z.string().optional(),
});

interface Held {
  readonly token: string;
  readonly renewAt: number;
  readonly refreshToken: string | undefined;
}

/** Logs the demo persons in at the identity provider and keeps their tokens fresh. */
export class Tokens {
  private readonly held = new Map<string, Promise<Held>>();

  constructor(
    private readonly identityUrl: string,
    private readonly people: ReadonlyMap<string, DemoPerson>,
    private readonly signal: AbortSignal,
    private readonly now: () => number,
  ) {}

  /** @throws RouteFailure when the provider refuses, Error for a person who is not in the file */
  async of(username: string): Promise<string> {
    const person = this.people.get(username);
    if (person === undefined) throw new Error(`no demo person ${username}`);
    const kept = await this.held.get(username);
    if (kept !== undefined && this.now() < kept.renewAt) return kept.token;
    const renewed = this.renew(person, kept?.refreshToken);
    this.held.set(username, renewed);
    renewed.catch(() => this.held.delete(username));
    return (await renewed).token;
  }

  private async renew(person: DemoPerson, refreshToken: string | undefined): Promise<Held> {
    if (refreshToken !== undefined) {
      try {
        return await this.ask(person, { grant_type: 'refresh_token', refresh_token: refreshToken });
      } catch (error) {
        // A refresh token may be used up or too old; the password still tells who it is.
        if (!(error instanceof RouteFailure) || error.status === 0) throw error;
      }
    }
    const { username, password } = person;
    return this.ask(person, { grant_type: 'password', username, password, scope: 'openid' });
  }

  private async ask(person: DemoPerson, form: Record<string, string>): Promise<Held> {
    const { body } = await send(
      {
        method: 'POST',
        url: `${this.identityUrl}/realms/tongban/protocol/openid-connect/token`,
        as: person.username,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ client_id: client, ...form }).toString(),
      },
      this.signal,
    );
    const { access_token, expires_in, refresh_token } = answerSchema.parse(body);
    return {
      token: access_token,
      renewAt: this.now() + expires_in * 1000 - renewBeforeMs,
      refreshToken: refresh_token,
    };
  }
}
