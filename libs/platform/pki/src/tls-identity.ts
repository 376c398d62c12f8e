import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { readRevocations } from './authority.js';

/** Where a host's certificate and key, the authorities it believes, and their revocation list lie (PEM). */
export interface TlsFiles {
  readonly identity: string;
  readonly authority: string;
  readonly revocations: string;
}

export interface TlsMaterial {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly authority: Buffer;
}

export type TlsLog = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;

const refreshIntervalMs = 5_000;

const blocks = (text: string, label: string): string[] =>
  [...text.matchAll(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g'))].map(([block]) => block);

/** Certificate and key of one PEM file. @throws when one is missing or they do not belong together */
export function readIdentity(text: string): Omit<TlsMaterial, 'authority'> & { readonly expiresAt: number } {
  const [certificate, key] = [blocks(text, 'CERTIFICATE'), blocks(text, 'PRIVATE KEY')].map((found) =>
    found.join('\n'),
  );
  if (!certificate || !key) throw new Error('no certificate with its key');
  createSecureContext({ cert: certificate, key });
  const expiresAt = new X509Certificate(certificate).validToDate.getTime();
  return { certificate: Buffer.from(certificate), privateKey: Buffer.from(key), expiresAt };
}

interface Held {
  readonly texts: readonly string[];
  readonly material: TlsMaterial;
  readonly revoked: ReadonlySet<string>;
}

/**
 * What a host shows others and believes of them, read again every few seconds: a renewed certificate or a longer
 * revocation list needs no restart. Files that are damaged at that moment leave everything as it is, and are told once.
 */
export class TlsIdentity {
  private timer: NodeJS.Timeout | undefined;
  private told = '';
  private readonly listeners = new Set<(material: TlsMaterial) => void>();

  private constructor(
    private readonly files: TlsFiles,
    private held: Held,
    private readonly log: TlsLog,
  ) {}

  /** @throws when the files do not fit together at the start */
  static async open(files: TlsFiles, log: TlsLog = () => undefined): Promise<TlsIdentity> {
    const identity = new TlsIdentity(files, await read(files), log);
    identity.timer = setInterval(() => void identity.refresh(), refreshIntervalMs);
    identity.timer.unref();
    return identity;
  }

  get material(): TlsMaterial {
    return this.held.material;
  }

  /** @param serial hexadecimal, as TLS tells it */
  isRevoked(serial: string): boolean {
    return this.held.revoked.has(serial.toUpperCase());
  }

  /** Told of each new certificate or authority. */
  onChange(listener: (material: TlsMaterial) => void): void {
    this.listeners.add(listener);
  }

  forget(listener: (material: TlsMaterial) => void): void {
    this.listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.timer);
  }

  async refresh(): Promise<void> {
    try {
      const fresh = await read(this.files, this.held);
      this.told = '';
      if (fresh === this.held) return;
      this.held = fresh;
      this.log('info', 'certificate, authority or revocation list were renewed', { revoked: fresh.revoked.size });
      for (const listener of this.listeners) listener(fresh.material);
    } catch (error) {
      const reason = String(error);
      if (reason !== this.told)
        this.log('warn', 'certificate, authority or revocation list cannot be read', { reason });
      this.told = reason;
    }
  }
}

async function read(files: TlsFiles, before?: Held): Promise<Held> {
  const texts = [files.identity, files.authority, files.revocations].map((file) => readFileSync(file, 'utf8'));
  if (before !== undefined && texts.every((text, index) => text === before.texts[index])) return before;
  const [identity, authority, list] = texts as [string, string, string];
  const authorities = blocks(authority, 'CERTIFICATE');
  const { certificate, privateKey } = readIdentity(identity);
  const own = new X509Certificate(certificate);
  const isIssued = authorities.some((text) => own.verify(new X509Certificate(text).publicKey));
  if (!isIssued) throw new Error('the certificate is not of the authority');
  const material = { certificate, privateKey, authority: Buffer.from(authorities.join('\n')) };
  return { texts, material, revoked: await readRevocations(list, authorities) };
}
