import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isNodeCode } from '@tongban/kernel';
import { z } from 'zod';

const maxPersons = 10_000;

export interface DemoPerson {
  /** Derived from the user name, so that it is the same after every start. */
  readonly subject: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly attributes: ReadonlyMap<string, string>;
}

interface StoredPerson extends DemoPerson {
  readonly passwordDigest: Buffer;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** RFC 9562 §5.8: a UUID of version 8 from a hash of the user name. */
export function subjectOf(username: string): string {
  const bytes = digest(`tongban demo person ${username}`).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const fileSchema = (realmRoles: readonly string[]) => {
  const known = new Set(realmRoles);
  const role = z.string().refine((name) => known.has(name), {
    error: ({ input }) => `unknown role "${String(input)}"; the realm has ${realmRoles.join(', ')}`,
  });
  return z
    .array(
      z.strictObject({
        username: z.string().min(1).max(64),
        password: z.string().min(1).max(256),
        name: z.string().min(1).max(64),
        roles: z.array(role),
        division: z.string().refine(isNodeCode, 'must be a 12-digit division code').optional(),
        department: z.string().min(1).max(64).optional(),
      }),
    )
    .max(maxPersons);
};

/** @throws Error with the place in the file and what is wrong there; never a password. */
export function parsePersons(text: string, realmRoles: readonly string[]): StoredPerson[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('not JSON');
  }
  const parsed = fileSchema(realmRoles).safeParse(json);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const seen = new Set<string>();
  return parsed.data.map(({ username, password, name, roles, division, department }) => {
    if (seen.has(username)) throw new Error(`the user name "${username}" is there twice`);
    seen.add(username);
    const attributes = new Map<string, string>();
    if (division !== undefined) attributes.set('division', division);
    if (department !== undefined) attributes.set('department', department);
    return { subject: subjectOf(username), username, name, roles, attributes, passwordDigest: digest(password) };
  });
}

const nobody = digest('');

/** The demo persons of a file, read again when it has changed. */
export class Persons {
  #byName = new Map<string, StoredPerson>();
  #bySubject = new Map<string, StoredPerson>();
  #stamp = '';

  private constructor(
    private readonly file: string,
    private readonly realmRoles: readonly string[],
    private readonly report: (problem: string) => void,
  ) {}

  /** @throws Error naming the file and the problem. */
  static async open(file: string, realmRoles: readonly string[], report: (problem: string) => void): Promise<Persons> {
    const persons = new Persons(file, realmRoles, report);
    await persons.#load(await persons.#currentStamp());
    return persons;
  }

  /** The person, when name and password are right. Takes the same time for a name that does not exist. */
  async authenticate(username: string, password: string): Promise<DemoPerson | undefined> {
    await this.#reload();
    const person = this.#byName.get(username);
    const right = timingSafeEqual(digest(password), person?.passwordDigest ?? nobody);
    return right && password !== '' ? person : undefined;
  }

  async findBySubject(subject: string): Promise<DemoPerson | undefined> {
    await this.#reload();
    return this.#bySubject.get(subject);
  }

  async #currentStamp(): Promise<string> {
    const { mtimeMs, size, ino } = await stat(this.file);
    return `${mtimeMs} ${size} ${ino}`;
  }

  /** A file that became wrong while running keeps the persons as they were. */
  async #reload(): Promise<void> {
    let stamp = '';
    try {
      stamp = await this.#currentStamp();
      if (stamp !== this.#stamp) await this.#load(stamp);
    } catch (error) {
      if (stamp !== this.#stamp) this.report(`keeping the persons read before: ${String(error)}`);
      this.#stamp = stamp;
    }
  }

  async #load(stamp: string): Promise<void> {
    let persons: StoredPerson[];
    try {
      persons = parsePersons(await readFile(this.file, 'utf8'), this.realmRoles);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${this.file}: ${reason}`, { cause });
    }
    this.#byName = new Map(persons.map((person) => [person.username, person]));
    this.#bySubject = new Map(persons.map((person) => [person.subject, person]));
    this.#stamp = stamp;
  }
}
