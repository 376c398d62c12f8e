// npm run sbom: the bill of materials as CycloneDX 1.6 JSON, and the licences it names, from the lockfile: what is in it is
// what is installed, on every platform. `npm sbom` refuses this tree, for a package that is wanted "latest" and overridden.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapError, fail, isMain, reportsDirectory, root, say } from '../bootstrap/project.mjs';
import { readByHand } from './licences.mjs';

const marker = 'node_modules/';

/** Every package of a lockfile but the project itself and links into it: `{path, name, version, ...}`. */
export const packagesOf = (lock) =>
  Object.entries(lock.packages)
    .filter(([path, { link }]) => path !== '' && !link)
    .map(([path, entry]) => ({
      ...{ path, ...entry, license: entry.license ?? readByHand[path] },
      name: entry.name ?? path.slice(path.lastIndexOf(marker) + marker.length),
    }));

/** Package URL (purl-spec, type npm): the scope is a namespace with its @ encoded. */
export const purlOf = ({ name, version }) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/** Where a package finds another by name: beside it, or further up, as Node looks. */
function found(lock, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${marker}`)))) {
    const candidate = folder === '' ? `${marker}${name}` : `${folder}/${marker}${name}`;
    const entry = lock.packages[candidate];
    if (entry !== undefined) return entry.link ? entry.resolved : candidate;
    if (folder === '') return undefined;
    if (!folder.includes(`/${marker}`)) folder = '';
  }
}

/** Integrity of the lockfile (SRI) as hashes of CycloneDX. */
const hashesOf = ({ integrity }) =>
  (integrity ?? '')
    .split(' ')
    .filter((each) => each.startsWith('sha512-'))
    .map((each) => ({ alg: 'SHA-512', content: Buffer.from(each.slice('sha512-'.length), 'base64').toString('hex') }));

function componentOf(entry) {
  const [group, name] = entry.name.startsWith('@') ? entry.name.split('/') : [undefined, entry.name];
  return {
    type: 'library',
    ...{ 'bom-ref': `${purlOf(entry)}#${entry.path}`, ...(group === undefined ? {} : { group }), name },
    ...{ version: entry.version, purl: purlOf(entry), hashes: hashesOf(entry) },
    scope: entry.dev || entry.devOptional ? 'excluded' : entry.optional ? 'optional' : 'required',
    licenses: licencesOf(entry),
  };
}

/** Names that look like identifiers of SPDX and are none. */
const noIdentifiers = new Set(['BSD', 'UNLICENSED', 'SEE LICENSE IN LICENSE']);

function licencesOf({ license }) {
  if (license === undefined) return [];
  if (/\s(OR|AND|WITH)\s/.test(license)) return [{ expression: license }];
  const isIdentifier = /^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(license) && !noIdentifiers.has(license);
  return [{ license: isIdentifier ? { id: license } : { name: license } }];
}

/** The whole bill: `scope` is `excluded` for what only development installs. The serial number follows from the contents. */
export function sbomOf(lock, project, now) {
  const packages = packagesOf(lock);
  const refs = new Map(packages.map((entry) => [entry.path, `${purlOf(entry)}#${entry.path}`]));
  const projectRef = `${project.name}@${project.version}`;
  const dependenciesOf = (path, { dependencies, optionalDependencies, devDependencies }) => [
    ...new Set(
      Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })
        .map((name) => refs.get(found(lock, path, name)))
        .filter((ref) => ref !== undefined),
    ),
  ];
  const components = packages.map(componentOf);
  const digest = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  const serial = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${serial}`, version: 1 },
    metadata: {
      timestamp: new Date(now).toISOString(),
      component: { type: 'application', 'bom-ref': projectRef, name: project.name, version: project.version },
    },
    components,
    dependencies: [
      { ref: projectRef, dependsOn: dependenciesOf('', lock.packages['']) },
      ...packages.map((entry) => ({ ref: refs.get(entry.path), dependsOn: dependenciesOf(entry.path, entry) })),
    ],
  };
}

/** What keeps a bill from being complete: packages of the lockfile that it has not, or not as they are, and such as nothing needs. */
export function sbomProblems(document, lock) {
  const byRef = new Map(document.components.map((component) => [component['bom-ref'], component]));
  const packages = packagesOf(lock);
  const needed = new Set(document.dependencies.flatMap(({ dependsOn }) => dependsOn));
  return [
    ...packages.flatMap((entry) => {
      const component = byRef.get(`${purlOf(entry)}#${entry.path}`);
      if (component === undefined) return [`${entry.path} ${entry.version} is missing`];
      return component.hashes.length === 0 ? [`${entry.path} ${entry.version} has no hash`] : [];
    }),
    ...(byRef.size === packages.length ? [] : [`${byRef.size} components for ${packages.length} packages`]),
    ...document.components
      .filter((component) => component.scope === 'required' && !needed.has(component['bom-ref']))
      .map((component) => `${component['bom-ref']} is needed by nothing`),
  ];
}

/** Licence → packages under it, for people who have to read them. */
export function licenceList(lock) {
  const list = {};
  for (const { name, version, license = 'none named' } of packagesOf(lock))
    (list[license] ??= []).push(`${name}@${version}`);
  return Object.fromEntries(
    Object.entries(list)
      .sort()
      .map(([licence, names]) => [licence, [...new Set(names)].sort()]),
  );
}

function sbom() {
  const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const lock = read('package-lock.json');
  const document = sbomOf(lock, read('package.json'), Date.now());
  const problems = sbomProblems(document, lock);
  mkdirSync(reportsDirectory, { recursive: true });
  const write = (name, value) => writeFileSync(join(reportsDirectory, name), `${JSON.stringify(value, null, 2)}\n`);
  write('sbom.cdx.json', document);
  write('licences.json', licenceList(lock));
  if (problems.length > 0) throw new BootstrapError(`the bill of materials is not complete:\n${problems.join('\n')}`);
  say(`sbom: ${document.components.length} components, every package of the lockfile, in ${reportsDirectory}`);
}

if (isMain(import.meta.url)) {
  try {
    sbom();
  } catch (error) {
    fail(error);
  }
}
