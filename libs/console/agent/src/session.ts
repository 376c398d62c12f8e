import { configureApi, newKey } from '@tongban/console/api';
import { loadSettings, type Person, type Settings } from '@tongban/console/session';
import { AgentLogin, comesFromLogin, type Tokens } from './login.js';
import { askVillage, reach } from './reach.js';
import { device, dropPerson, keepOnDevice, keptOnDevice, Shelf, type PersonRow } from './store.js';
import { makeVault, openVault, waitAfterMs } from './vault.js';
import { startClock } from './village-clock.js';

const settingsName = 'settings';
const divisionsName = 'divisions';
const tokensName = 'tokens';
const profileName = 'profile';
const sessionItem = 'tongban.agent.session';
const signInItem = 'tongban.agent.signIn';

/** Who works here, as kept under the person's own seal. */
export interface Profile {
  readonly subject: string;
  readonly name: string;
  readonly phone: string;
  /** The village's division code. */
  readonly node: string;
  readonly nodeName: string;
}

/** An unlocked person with what is theirs. */
export interface Opened {
  readonly shelf: Shelf;
  readonly profile: Profile;
}

/** What the first screen shows. */
export type Phase =
  | { readonly at: 'loading' }
  | { readonly at: 'failed' }
  | { readonly at: 'welcome'; readonly notAgent?: string }
  | { readonly at: 'setUp'; readonly person: Person }
  | { readonly at: 'locked'; readonly persons: readonly PersonRow[]; readonly loggedIn: string | undefined }
  | ({ readonly at: 'open' } & Opened);

/** Settings change rarely, and a line that swallows packets must not keep the first screen away: what is held is used. */
async function settingsOf(): Promise<Settings> {
  const held = (await keptOnDevice(settingsName)) as Settings | undefined;
  const fresh = loadSettings(askVillage).then(async (settings) => {
    await keepOnDevice(settingsName, settings);
    return settings;
  });
  if (held === undefined) return fresh;
  fresh.catch(() => undefined);
  return held;
}

export class AgentSession {
  private begunLogin: Promise<void> = Promise.resolve();

  private constructor(private readonly login: AgentLogin) {}

  /** @throws when the login page has sent somebody here, and the village is out of reach */
  static async open(): Promise<{ readonly session: AgentSession; readonly phase: Phase }> {
    await startClock();
    const login = new AgentLogin(settingsOf);
    configureApi({ baseUrl: '/v1', token: () => login.token(), fetch: askVillage });
    const session = new AgentSession(login);
    return { session, phase: await session.start() };
  }

  private async start(): Promise<Phase> {
    if (comesFromLogin()) {
      sessionStorage.removeItem(signInItem);
      await this.login.begin();
      const { person } = this.login;
      if (person !== undefined) return this.enter(person);
    }
    if (sessionStorage.getItem(signInItem) !== null) {
      sessionStorage.removeItem(signInItem);
      await this.firstLogIn();
      return { at: 'loading' };
    }
    const opened = await this.reopened();
    return opened === undefined ? this.closed() : this.begun(opened);
  }

  /** Somebody has just logged in: whoever else was at work here is not any more. */
  private async enter(person: Person): Promise<Phase> {
    if (!person.roles.includes('agent') || person.division === undefined) {
      await this.drop();
      return { at: 'welcome', notAgent: person.name };
    }
    const row = await device.persons.get(person.subject);
    if (row === undefined) return { at: 'setUp', person };
    // Who has shown who they are by the account may try the PIN again.
    await device.persons.update(person.subject, { wrongTries: 0 });
    const opened = await this.reopened();
    if (opened?.profile.subject === person.subject) return this.begun(opened);
    opened?.shelf.close();
    await this.drop();
    return { at: 'locked', persons: [{ ...row, wrongTries: 0 }], loggedIn: person.subject };
  }

  /** The person who was at work in this very tab before a reload or the way to the login page and back. */
  private async reopened(): Promise<Opened | undefined> {
    const id = sessionStorage.getItem(sessionItem);
    const row = id === null ? undefined : await device.sessions.get(id);
    return row === undefined ? undefined : openedOf(new Shelf(row.subject, row.key));
  }

  private async closed(): Promise<Phase> {
    const persons = await device.persons.toArray();
    persons.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
    return persons.length === 0 ? { at: 'welcome' } : { at: 'locked', persons, loggedIn: this.login.person?.subject };
  }

  /** Tokens of an earlier run are used; where they are over the person logs in again when it suits. */
  private async begun(opened: Opened): Promise<Phase> {
    const { shelf, profile } = opened;
    const own = this.login.person?.subject;
    if (own === undefined) {
      const tokens = (await shelf.kept(tokensName)) as Tokens | undefined;
      // Not waited for: without a network the answer takes its time, and work goes on without it.
      this.begunLogin = this.login.begin(tokens).then(
        () => this.keepTokens(shelf),
        () => undefined,
      );
    } else if (own === profile.subject) this.keepTokens(shelf);
    return { at: 'open', ...opened };
  }

  private keepTokens(shelf: Shelf): void {
    if (this.login.person !== undefined && this.login.person.subject !== shelf.subject) return;
    this.login.keepWith((tokens) => {
      if (tokens !== undefined) void shelf.keep(tokensName, tokens).catch(() => undefined);
    });
  }

  async setUp(person: Person, pin: string, phone: string): Promise<Phase> {
    const node = person.division!;
    const { vault, key } = await makeVault(pin);
    const shelf = new Shelf(person.subject, key);
    const nodeName = placeName(await divisions(), node);
    const { subject, name } = person;
    await shelf.keep(profileName, { subject, name, phone, node, nodeName } satisfies Profile);
    const times = { wrongTries: 0, lastTryAt: 0, lastUsedAt: Date.now() };
    await device.persons.put({ subject, masked: maskedName(name), vault, ...times });
    await this.remember(subject, key);
    // Without it a browser that is short of room may clear everything; asked when there is something to keep.
    await navigator.storage?.persist?.().catch(() => false);
    return this.begun((await openedOf(shelf))!);
  }

  /** undefined: the PIN is another, or nobody may try now (`waitMs`). */
  async unlock(subject: string, pin: string): Promise<Phase | undefined> {
    const row = await device.persons.get(subject);
    if (row === undefined || waitMs(row) > 0) return undefined;
    // Counted before it is tried: killing the app does not give another try.
    await device.persons.update(subject, { wrongTries: row.wrongTries + 1, lastTryAt: Date.now() });
    const key = await openVault(row.vault, pin);
    if (key === undefined) return undefined;
    await device.persons.update(subject, { wrongTries: 0, lastUsedAt: Date.now() });
    const opened = await openedOf(new Shelf(subject, key));
    if (opened === undefined) return undefined;
    await this.remember(subject, key);
    return this.begun(opened);
  }

  /** Only for whoever is logged in as this person. */
  async erase(subject: string): Promise<Phase> {
    const { person } = this.login;
    if (person?.subject !== subject) return this.closed();
    await dropPerson(subject);
    return { at: 'setUp', person };
  }

  async lock(): Promise<void> {
    await this.drop();
    location.assign('/console/agent/');
  }

  async logOut({ shelf }: Opened): Promise<void> {
    await shelf.forget(tokensName);
    await this.drop();
    // Without a network nobody is told; the tokens are gone from here, and the login page asks again.
    if (this.login.person === undefined || reach() !== 'online') return location.assign('/console/agent/');
    await this.login.logOut();
  }

  async logIn(): Promise<void> {
    await this.begunLogin;
    return this.login.logIn();
  }

  /** From a screen without anybody at work: the library wants to be begun first. */
  async firstLogIn(): Promise<void> {
    await this.login.begin();
    return this.login.logIn();
  }

  /** Somebody else: the identity provider forgets whom it knows in this browser, and is asked again on the way back. */
  async logInAnother(): Promise<void> {
    await this.login.begin();
    await this.drop();
    sessionStorage.setItem(signInItem, 'next');
    return this.login.logOut();
  }

  async token(): Promise<string | undefined> {
    await this.begunLogin;
    return this.login.token();
  }

  private async remember(subject: string, key: CryptoKey): Promise<void> {
    const id = newKey();
    await device.sessions.clear();
    await device.sessions.put({ id, subject, key });
    sessionStorage.setItem(sessionItem, id);
  }

  private async drop(): Promise<void> {
    sessionStorage.removeItem(sessionItem);
    await device.sessions.clear();
  }
}

/** How long nobody may try the PIN: never longer than the wait itself, though the clock was set back since the last try. */
export function waitMs(
  { wrongTries, lastTryAt }: Pick<PersonRow, 'wrongTries' | 'lastTryAt'>,
  now = Date.now(),
): number {
  const wait = waitAfterMs(wrongTries);
  return Math.min(wait, Math.max(0, lastTryAt + wait - now));
}

async function openedOf(shelf: Shelf): Promise<Opened | undefined> {
  const profile = (await shelf.kept(profileName)) as Profile | undefined;
  return profile === undefined ? undefined : { shelf, profile };
}

/** 王* of 王秀英. */
const maskedName = (name: string): string => `${[...name][0] ?? ''}*`;

type Divisions = readonly (readonly [code: string, name: string])[];

async function divisions(): Promise<Divisions> {
  const response = await fetch('/console/divisions.json');
  if (!response.ok) throw new Error(`divisions: ${response.status}`);
  const list = (await response.json()) as Divisions;
  await keepOnDevice(divisionsName, list);
  return list;
}

/** Names of divisions as fetched when somebody first set the app up here. */
export const heldDivisions = async (): Promise<Divisions> => ((await keptOnDevice(divisionsName)) as Divisions) ?? [];

const townshipDigits = 9;

/** Township and village, as people call the place: 日照街道某某村. */
export function placeName(list: Divisions, node: string): string {
  const names = new Map(list);
  const township = node.slice(0, townshipDigits).padEnd(node.length, '0');
  return `${township === node ? '' : (names.get(township) ?? '')}${names.get(node) ?? node}`;
}
