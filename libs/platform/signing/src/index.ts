export { suites, type Signer, type Suite, type Verifier } from './signer.js';
export { signDetached, verifyDetached } from './detached-jws.js';
export { ed25519Signer, ed25519Verifier } from './ed25519.js';
export { newSm2Key, sm2Signer, sm2Verifier } from './sm2.js';
export { parsePublicKeys, readSigningKeys, verifierOf, type PublicKey, type SigningKeys } from './keys.js';
export { SigningFile } from './signing-file.js';
