// oidc-provider ships no types; this is the part that is used here.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Client {
    readonly clientId: string;
    redirectUriAllowed(uri: string): boolean;
    postLogoutRedirectUriAllowed(uri: string): boolean;
    grantTypeAllowed(type: string): boolean;
  }

  export interface ResourceServerInfo {
    scope: string;
    audience: string;
    accessTokenTTL: number;
    accessTokenFormat: 'jwt';
    jwt: { sign: { alg: 'RS256' } };
  }

  interface TokenInput {
    accountId: string;
    client: Client;
    grantId: string;
    gty: string;
    scope: string;
    sid: string;
  }

  class BaseToken {
    constructor(input: TokenInput & { authTime?: number; resource?: string; expiresWithSession?: boolean });
    readonly accountId?: string;
    readonly sid?: string;
    readonly clientId: string;
    readonly expiration: number;
    readonly tokenType: string;
    scope: string;
    save(): Promise<string>;
  }

  export class AccessToken extends BaseToken {
    resourceServer: unknown;
  }

  export class RefreshToken extends BaseToken {
    static find(token: string, options?: { ignoreExpiration?: boolean }): Promise<RefreshToken | undefined>;
    /** Seconds. */
    readonly remainingTTL: number;
    totalLifetime(): number;
    readonly authTime?: number;
  }

  export class IdToken {
    constructor(claims: Record<string, unknown>, options: { ctx: Context });
    scope: string;
    set(claim: string, value: unknown): void;
    issue(options: { use: 'idtoken' }): Promise<string>;
  }

  export class Grant {
    constructor(input: { accountId: string; clientId: string });
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Account {
    accountId: string;
    claims(use: string, scope: string): Promise<Record<string, unknown>>;
  }

  export interface Context {
    req: IncomingMessage;
    res: ServerResponse;
    method: string;
    path: string;
    status: number;
    type: string;
    body: unknown;
    readonly response: { get(header: string): string };
    get(header: string): string;
    set(header: string, value: string): void;
    redirect(url: string): void;
    oidc: {
      client: Client;
      params: Record<string, unknown>;
      session?: {
        accountId?: string;
        authTime(): number | undefined;
        grantIdFor(clientId: string): string | undefined;
      };
      provider: Provider;
      entities: { RefreshToken?: RefreshToken; AuthorizationCode?: { authTime?: number }; IdTokenHint?: unknown };
      result?: { consent?: { grantId?: string } };
      entity(name: string, value: unknown): void;
    };
  }

  export interface Interaction {
    uid: string;
    prompt: { name: string };
    params: Record<string, unknown>;
  }

  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, expiresInSeconds?: number): Promise<void>;
    find(id: string): Promise<Record<string, unknown> | undefined>;
    findByUid(uid: string): Promise<Record<string, unknown> | undefined>;
    findByUserCode(code: string): Promise<Record<string, unknown> | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface StructuredToken {
    header: Record<string, unknown> | undefined;
    payload: Record<string, unknown>;
  }

  /** Checked by the library itself when the provider is made. */
  export type Configuration = Record<string, unknown>;

  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    readonly Client: { find(id: string): Promise<Client | undefined>; prototype: Client };
    readonly Grant: typeof Grant & { find(id: string): Promise<Grant | undefined> };
    readonly AccessToken: typeof AccessToken;
    readonly RefreshToken: typeof RefreshToken;
    readonly IdToken: typeof IdToken;
    readonly ResourceServer: new (identifier: string, info: ResourceServerInfo) => unknown;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    registerGrantType(name: string, handler: (ctx: Context) => Promise<void>, parameters: readonly string[]): void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<string>;
    on(event: string, listener: (ctx: Context, error: Error) => void): this;
  }

  export const errors: {
    OIDCProviderError: new (status: number, error: string) => Error & { error_description?: string };
    InvalidTarget: new () => Error;
    InvalidRequest: new (description: string) => Error;
    SessionNotFound: new (...args: never[]) => Error;
  };
}
