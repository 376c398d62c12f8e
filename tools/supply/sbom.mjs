// npm run sbom: the bill of materials of what runs in production, CycloneDX JSON, as npm writes it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BootstrapError, fail, isMain, root, run, say } from '../bootstrap/project.mjs';

const sbomTimeoutMs = 120_000;
const file = join(root, 'dist', 'sbom.cdx.json');

async function sbom() {
  const args = ['sbom', '--omit=dev', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { status, stdout, stderr } = await run('npm', args, { timeoutMs: sbomTimeoutMs });
  if (status !== 0) throw new BootstrapError(`npm sbom ended with ${status}: ${stderr.trim()}`);
  const document = JSON.parse(stdout);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  say(`${document.components.length} components in ${file}`);
}

if (isMain(import.meta.url)) await sbom().catch(fail);
