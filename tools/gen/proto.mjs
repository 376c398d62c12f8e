// Generates libs/contract/src/gen from proto: node tools/gen/proto.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productNode } from '../bootstrap/project.mjs';

const root = join(import.meta.dirname, '..', '..');
export const protoFolder = join(root, 'proto');
export const committed = join(root, 'libs', 'contract', 'src', 'gen');
const timeoutMs = 120_000;
const bin = join(root, 'node_modules', '.bin');

export function buf(...args) {
  execFileSync(join(bin, 'buf'), args, {
    cwd: protoFolder,
    timeout: timeoutMs,
    stdio: 'inherit',
    // buf runs protoc-gen-es, which is found on PATH and runs on the product's Node.
    env: { ...process.env, PATH: `${bin}:${join(productNode(), '..')}:${process.env.PATH}` },
  });
}

export const makeProto = (folder) =>
  buf(
    'generate',
    '--template',
    JSON.stringify({
      version: 'v2',
      plugins: [{ local: 'protoc-gen-es', out: folder, opt: ['target=ts', 'import_extension=js'] }],
    }),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) makeProto(process.argv[2] ?? committed);
