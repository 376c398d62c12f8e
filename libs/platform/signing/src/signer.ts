/**
 * Signature suites; the value is the `alg` of the JWS. RFC 7518 registers none for SM2 with SM3 (GB/T 32918.2), so the name
 * is agreed with the platform.
 */
export const suites = { ed25519: 'EdDSA', sm2: 'SM2SM3' } as const;
export type Suite = (typeof suites)[keyof typeof suites];

/** Signs bytes with a key it does not show: in memory, or in a machine that holds it. */
export interface Signer {
  readonly suite: Suite;
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface Verifier {
  readonly suite: Suite;
  readonly keyId: string;
  verify(bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
