import type { Role } from '@tongban/kernel';

export const realm = 'tongban';
export const realmPath = `/realms/${realm}`;
export const openid = `${realmPath}/protocol/openid-connect`;
export const audience = 'tongban-api';
/** Any port of the loopback interface is the console's, as the realm file says. */
export const callback = 'http://127.0.0.1:18101/callback';

export interface TestPerson {
  readonly username: string;
  readonly password: string;
  /** 姓名, in one piece. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly division: string;
  readonly department?: string;
}

/** What the contract needs of an identity provider beyond its protocol; a real server and the stand-in both have it. */
export interface TestedProvider {
  /** Without a slash at the end; the issuer is `<url>/realms/tongban`. */
  readonly url: string;
  addPerson(person: TestPerson): Promise<void>;
  removePerson(username: string): Promise<void>;
  /** Lets the time of a lock-out pass, or ends it. */
  passLockout(username: string): Promise<void>;
  /** From now on tokens are signed with another key. */
  rotateKey(): Promise<void>;
  close(): Promise<void>;
}
