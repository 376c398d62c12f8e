import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { z } from 'zod';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const serialBytes = 16;
const dayMs = 24 * 60 * 60 * 1000;
const authorityValidMs = 20 * 365 * dayMs;
/** Clocks of townships are what they are. */
const backdatedMs = 60 * 60 * 1000;
const revocationsValidMs = 30 * dayMs;

const certificate = z.object({
  name: z.string(),
  /** Hexadecimal, in capitals, as it stands in the certificate. */
  serial: z.string(),
  /** What it names: `tongban:<tier>:<code or prefix*>`. */
  uris: z.array(z.string()),
  /** Milliseconds since 1970. */
  issuedAt: z.number(),
  expiresAt: z.number(),
});
export type IssuedCertificate = z.infer<typeof certificate>;

const authority = z.object({
  /** PEM: the authority's own certificate and private key (PKCS #8). */
  certificate: z.string(),
  key: z.string(),
  issued: z.array(certificate),
  revoked: z.array(z.object({ serial: z.string(), at: z.number() })),
});
/** A city's certificate authority. Whoever has it is every host. */
export type Authority = z.infer<typeof authority>;
export const parseAuthority = (text: string): Authority => authority.parse(JSON.parse(text));

const pem = (label: string, bytes: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`;

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const keyPem = async ({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> =>
  pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', privateKey));

function signingKey({ key }: Authority): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(key.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

/** Positive, and never the same twice. */
const newSerial = (): string => {
  const bytes = randomBytes(serialBytes);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex').toUpperCase();
};

export async function newAuthority(name: string, now: number): Promise<Authority> {
  const keys = await newKeys();
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: newSerial(), name: `CN=${name}`, keys, signingAlgorithm: algorithm },
    ...{ notBefore: new Date(now - backdatedMs), notAfter: new Date(now + authorityValidMs) },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${made.toString('pem')}\n`, key: await keyPem(keys), issued: [], revoked: [] };
}

export interface CertificateWanted {
  readonly name: string;
  readonly uris: readonly string[];
  /** For servers that know their neighbour by an address only: a leaf node of the hub. */
  readonly dns?: string;
  readonly now: number;
  readonly validMs: number;
}

/** A certificate with a key of its own, as one PEM file: so a renewal replaces both in one move. */
export async function issueCertificate(
  held: Authority,
  { name, uris, dns, now, validMs }: CertificateWanted,
): Promise<{ readonly identity: string; readonly authority: Authority }> {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new Error(`no name for a certificate: ${name}`);
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(held.certificate);
  const [serial, expiresAt] = [newSerial(), now + validMs];
  const made = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial, subject: `CN=${name}`, issuer: issuer.subject },
    ...{ publicKey: keys.publicKey, signingKey: await signingKey(held), signingAlgorithm: algorithm },
    ...{ notBefore: new Date(now - backdatedMs), notAfter: new Date(expiresAt) },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...uris.map((value) => ({ type: 'url' as const, value })),
        ...(dns === undefined ? [] : [{ type: 'dns' as const, value: dns }]),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  const issued = { name, serial, uris: [...uris], issuedAt: now, expiresAt };
  return {
    identity: `${made.toString('pem')}\n${await keyPem(keys)}`,
    authority: { ...held, issued: [...held.issued, issued] },
  };
}

export const revokeCertificate = (held: Authority, serial: string, now: number): Authority =>
  held.revoked.some((known) => known.serial === serial)
    ? held
    : { ...held, revoked: [...held.revoked, { serial, at: now }] };

/** The revocation list (RFC 5280, clause 5) as PEM. */
export async function revocationList(held: Authority, now: number): Promise<string> {
  const { subject } = new x509.X509Certificate(held.certificate);
  const list = await x509.X509CrlGenerator.create({
    ...{ issuer: subject, signingAlgorithm: algorithm, signingKey: await signingKey(held) },
    ...{ thisUpdate: new Date(now), nextUpdate: new Date(now + revocationsValidMs) },
    entries: held.revoked.map(({ serial, at }) => ({ serialNumber: serial, revocationDate: new Date(at) })),
  });
  return pem('X509 CRL', list.rawData);
}

/**
 * Serials on a revocation list that one of the authorities signed.
 * @throws when none of them did
 */
export async function readRevocations(list: string, authorities: readonly string[]): Promise<ReadonlySet<string>> {
  const crl = new x509.X509Crl(list);
  for (const text of authorities) {
    const { publicKey, subject } = new x509.X509Certificate(text);
    if (subject === crl.issuer && (await crl.verify({ publicKey })))
      return new Set(crl.entries.map(({ serialNumber }) => serialNumber.toUpperCase()));
  }
  throw new Error('the revocation list is not signed by the authority');
}
