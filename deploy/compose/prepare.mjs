// Completes what `tongbanctl provision` made into the files of deploy/compose/compose.yaml.
//
//   node deploy/compose/prepare.mjs --city 371100000000 [--from .tongban] [--out .tongban/deploy/<city>]
//
// Passwords are made once; everything else is written anew. Prints the command that starts the city.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const hosts = ['provincial-gateway', 'city', 'district', 'township', 'village'];
const passwordBytes = 24;
const secretMode = 0o600;
/** Read by servers that run as users of their own images; the folder around them is closed. */
const serverMode = 0o644;
const folderMode = 0o700;
/** The hub writes as its image's user; what it writes there belongs to the group of the apps (setgid), which may read it. */
const sharedFolderMode = 0o2750;
/** The user `node` of the images. */
const imageUser = 1000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: {
    city: { type: 'string', default: '371100000000' },
    from: { type: 'string', default: join(root, '.tongban') },
    out: { type: 'string' },
  },
});
const { city } = values;
if (!/^[1-9]\d{3}0{8}$/.test(city) || city.slice(2, 4) === '00') throw new Error(`no code of a city: ${city}`);
const state = resolve(values.from, city);
const out = resolve(values.out ?? join(values.from, 'deploy', city));
// Root's own files would be closed to the apps, which must not run as root.
const isRoot = process.getuid?.() === 0;
const uid = isRoot ? imageUser : process.getuid();
const gid = isRoot ? imageUser : process.getgid();

function write(name, content, mode) {
  const file = join(out, name);
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
  if (isRoot) chownSync(file, uid, gid);
}

function source(...path) {
  const file = join(...path);
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: run npm start -- --once --city ${city}, or tongbanctl provision, first`);
  }
  return readFileSync(file, 'utf8');
}

const newPassword = () => randomBytes(passwordBytes).toString('base64url');

/** A password of the servers' own, made at the first run. */
function password(name) {
  const file = join(out, name);
  const made = existsSync(file) ? readFileSync(file, 'utf8') : newPassword();
  write(name, made, serverMode);
  return made;
}

mkdirSync(out, { recursive: true, mode: folderMode });
chmodSync(out, folderMode);
const hubLog = join(out, 'hub-log');
mkdirSync(hubLog, { recursive: true });
if (isRoot) chownSync(hubLog, uid, gid);
// After the owner: a change of it takes the bit away.
chmodSync(hubLog, sharedFolderMode);
const databases = {
  ...JSON.parse(source(state, 'secrets', 'databases.json')),
  keycloak: { owner: password('keycloak-database-password'), app: newPassword() },
};
password('postgres-password');
password('keycloak-admin-password');
write('databases.json', JSON.stringify(databases), serverMode);

for (const name of [...hosts, 'province-sandbox']) {
  if (databases[name] === undefined) throw new Error(`no passwords for the database of ${name}`);
  const database = `tongban_${name.replaceAll('-', '_')}`;
  const url = (kind) => `postgres://${database}_${kind}:${databases[name][kind]}@postgres:5432/${database}\n`;
  write(`${name}-database-url`, url('app'), secretMode);
  write(`${name}-database-owner-url`, url('owner'), secretMode);
}
for (const host of hosts) write(`${host}-keystore`, source(state, 'secrets', `keystore-${host}.json`), secretMode);
for (const host of hosts) write(`${host}-hub-credentials`, source(state, 'secrets', `hub-${host}.creds`), secretMode);
for (const host of hosts) write(`${host}-tls-identity`, source(state, 'secrets', `tls-${host}.pem`), secretMode);
write('tls-authority', source(state, 'authority.pem'), serverMode);
write('tls-revocations', source(state, 'revoked.pem'), serverMode);
write('hub-administrator', source(state, 'secrets', 'hub-administrator.creds'), secretMode);
// The server runs as a user of its own image.
write('hub-tls.pem', source(state, 'secrets', 'tls-hub.pem'), serverMode);
write('hub-trust.conf', source(state, 'nats', 'trust.conf'), serverMode);
write('key-directory', source(state, 'key-directory.json'), serverMode);
write('divisions', source(values.from, `divisions-${city}.json`), serverMode);
write('province-key', source(state, 'secrets', 'province-gateway.jwk'), secretMode);
write('province-signing-key', source(state, 'secrets', 'province-signing.jwk'), secretMode);
write('province-clients', source(state, 'province-clients.json'), serverMode);
write('province-receipt-keys', source(state, 'province-receipt-keys.json'), serverMode);

const prefix = city.slice(0, 4);
const environment = {
  TONGBAN_STATE: out,
  TONGBAN_UID: uid,
  TONGBAN_GID: gid,
  TONGBAN_CITY: city,
  TONGBAN_CITY_SCOPE: `${prefix}*`,
  TONGBAN_CITY_CONSUMER: `${prefix}x`,
  TONGBAN_GATEWAY: `${city.slice(0, 2)}0000000000`,
};
const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
write('compose.env', lines.join(''), serverMode);
console.log(`docker compose --env-file ${join(out, 'compose.env')} -f deploy/compose/compose.yaml up -d --build`);
