import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { roles } from '@tongban/kernel';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { type KeycloakAdmin, startedServer } from './admin.js';
import { findForm } from './browser.js';
import { Keycloak, realmJson } from './keycloak.js';
import { AtBrowser, codeOf, consoleRequest } from './login.js';
import { approverOfDistrict, clerkOfVillage, resident } from './persons.js';
import { passwordGrant, testTimeoutMs, tokensOf, verifierOf } from './tokens.js';

/** Rizhao in the statistics of 2023: 1 city, 5 districts, 56 townships, 1,679 villages. */
const divisionsOfCity = 1_741;
/** Everybody who handles other people's affairs. */
const staff = roles.filter((role) => role !== 'resident' && role !== 'system');

/** `failureFactor` of the realm file. */
const wrongCodes = 5;

const entry = z.looseObject({ name: z.string().optional(), clientId: z.string().optional() });

/** Keycloak keeps sets where the file has lists. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sorted(member)]));
};

jest.setTimeout(testTimeoutMs);

let keycloak: Keycloak;
let admin: KeycloakAdmin;
beforeAll(() => {
  keycloak = new Keycloak();
  admin = keycloak.admin;
});
afterAll(() => keycloak.close());

describe('the import', () => {
  it('has no warning but Keycloak’s own about its features and the first request', async () => {
    const log = await readFile(startedServer().logFile, 'utf8');
    const imported = log.indexOf("Realm 'tongban' imported");
    expect(imported).toBeGreaterThan(0);
    const odd = log
      .slice(0, imported)
      .split('\n')
      .filter((line) => / (WARN|ERROR|FATAL) /.test(line))
      .filter((line) => !/Deprecated features|Request received during bootstrapping/.test(line));
    expect(odd).toEqual([]);
  });

  it('took over every setting of the file', async () => {
    const file = await realmJson();
    const settings = Object.entries(file).filter(([, value]) => typeof value !== 'object');
    expect(settings.length).toBeGreaterThan(30);
    expect(await admin.read('', entry)).toMatchObject(Object.fromEntries(settings));
  });

  it('took over roles and clients, and gave the product’s tokens no scope beyond', async () => {
    const file = z
      .looseObject({ clients: z.array(entry), roles: z.looseObject({ realm: z.array(entry) }) })
      .parse(await realmJson());
    const present = await admin.read('/roles', z.array(entry));
    for (const { name, description } of file.roles.realm) {
      expect(present).toContainEqual(expect.objectContaining({ name, description }));
    }
    const clients = await admin.read('/clients', z.array(entry));
    for (const { protocolMappers, ...client } of file.clients) {
      const imported = clients.find(({ clientId }) => clientId === client.clientId);
      expect(sorted(imported)).toMatchObject(z.looseObject({}).parse(sorted(client)));
      const mappers = z.array(entry).optional();
      for (const mapper of mappers.parse(protocolMappers) ?? []) {
        expect(mappers.parse(imported?.['protocolMappers'])).toContainEqual(expect.objectContaining(mapper));
      }
    }
  });

  it('has every realm role that the product knows, and marks those of staff', async () => {
    const marked = [];
    for (const role of roles) {
      const composites = await admin.read(`/roles/${role}/composites`, z.array(entry));
      if (composites.some(({ name }) => name === 'staff')) marked.push(role);
    }
    expect(marked).toEqual(staff);
  });
});

describe('groups', () => {
  it('stand for every division of the city', async () => {
    const { count } = await admin.read('/groups/count', z.object({ count: z.number() }));
    expect(count).toBe(divisionsOfCity);
    expect((await keycloak.groupOf('371102001001')).path).toBe(
      '/371100000000 日照市/371102000000 东港区/371102001000 日照街道/371102001001 日升社区居委会',
    );
  });

  it('give their division to those in them; a person’s own attribute comes first', async () => {
    const wang = { ...clerkOfVillage(), division: '371102001000' };
    await keycloak.addPerson(wang);
    const divisionIn = async (person: typeof wang) =>
      decodeJwt((await tokensOf(await passwordGrant(keycloak, person))).access_token)['division'];
    expect(await divisionIn(wang)).toBe('371102001000');
    const lent = { ...clerkOfVillage(), division: '371102000000' };
    const { path } = await keycloak.groupOf('371102001001');
    await keycloak.addUser(lent, { groups: [path], attributes: { division: ['371102000000'] } });
    expect(await divisionIn(lent)).toBe('371102000000');
    const nowhere = clerkOfVillage();
    await keycloak.addUser(nowhere, {});
    expect(await divisionIn(nowhere)).toBeUndefined();
  });

  it('and attributes are checked: no division that is no code, no attribute that nobody knows', async () => {
    await expect(keycloak.addUser(clerkOfVillage(), { attributes: { division: ['3711'] } })).rejects.toThrow(/ 400 /);
    const wang = clerkOfVillage();
    await keycloak.addUser(wang, { attributes: { rank: ['1'] } });
    const kept = await admin.read(`/users/${keycloak.idOf(wang.username)}`, entry);
    expect(kept['attributes']).toEqual({ department: [wang.department] });
  });
});

describe('the second factor', () => {
  it('is asked of staff: bound at the first login, wanted at the next', async () => {
    const li = approverOfDistrict();
    await keycloak.addPerson(li);
    const at = new AtBrowser(keycloak.url, li);
    const { url } = consoleRequest();
    codeOf(await at.logIn(url));
    expect(at.seen).toEqual(['password', 'enrol']);
    at.forgetSession();
    codeOf(await at.logIn(url));
    expect(at.seen).toEqual(['password', 'enrol', 'password', 'code']);
  });

  const bound = async (): Promise<AtBrowser> => {
    const li = approverOfDistrict();
    await keycloak.addPerson(li);
    const at = new AtBrowser(keycloak.url, li);
    codeOf(await at.logIn(consoleRequest().url));
    at.forgetSession();
    return at;
  };

  it.each([
    { what: 'a used code', answer: (at: AtBrowser) => at.usedCode() },
    { what: 'a wrong code', answer: () => '000000' },
    { what: 'none', answer: () => '' },
  ])('cannot be passed with $what', async ({ answer }) => {
    const at = await bound();
    const page = await at.logInWithCode(consoleRequest().url, answer(at));
    expect(page.status).toBe(200);
    expect(findForm(page, 'otp')).toBeDefined();
  });

  it('cannot be guessed: wrong codes count like wrong passwords', async () => {
    const at = await bound();
    for (let guess = 0; guess < wrongCodes; guess++) {
      await at.logInWithCode(consoleRequest().url, String(guess).padStart(6, '0'));
      at.forgetSession();
    }
    const page = await at.logIn(consoleRequest().url);
    expect(findForm(page, 'username', 'password')).toBeDefined();
  });

  it('is not asked of residents', async () => {
    const zhao = resident();
    await keycloak.addPerson(zhao);
    const at = new AtBrowser(keycloak.url, zhao);
    codeOf(await at.logIn(consoleRequest().url));
    expect(at.seen).toEqual(['password']);
  });

  it('is asked of a resident who is staff as well', async () => {
    const both = { ...resident(), roles: ['resident', 'supervisor'] as const };
    await keycloak.addPerson(both);
    const at = new AtBrowser(keycloak.url, both);
    codeOf(await at.logIn(consoleRequest().url));
    expect(at.seen).toEqual(['password', 'enrol']);
  });

  it('once bound is wanted for a password grant too', async () => {
    const li = approverOfDistrict();
    await keycloak.addPerson(li);
    codeOf(await new AtBrowser(keycloak.url, li).logIn(consoleRequest().url));
    expect((await passwordGrant(keycloak, li)).status).toBe(400);
  });
});

describe('tokens of elsewhere', () => {
  it('are refused: those of the realm that administers this one', async () => {
    const refusedToken = await verifierOf(keycloak).verify(await admin.token());
    expect(refusedToken).toMatchObject({ ok: false, refusal: { code: 'identity.invalid' } });
  });

  it('are refused: those that a withdrawn key signed', async () => {
    const wang = clerkOfVillage();
    await keycloak.addPerson(wang);
    await keycloak.rotateKey();
    const { access_token: token } = await tokensOf(await passwordGrant(keycloak, wang));
    expect((await verifierOf(keycloak).verify(token)).ok).toBe(true);
    await keycloak.withdrawKey();
    const after = await verifierOf(keycloak).verify(token);
    expect(after).toMatchObject({ ok: false, refusal: { code: 'identity.invalid' } });
  });
});
