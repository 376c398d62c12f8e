import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { DivisionTree } from '@tongban/domain/division';
import type { NodeCode, Tier } from '@tongban/kernel';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Beside the folders of the apps, where the build puts the pages: dist/apps/console. */
export const builtConsole = join(import.meta.dirname, '..', 'console');

const workerFile = 'agent/worker.js';
const manifestFile = 'agent/manifest.webmanifest';
const deploymentDigits = 12;

/** Files whose name carries a digest of their content. */
const assetMaxAge = '365d';
/** A division that joins or is renamed shows soon. */
const divisionsMaxAgeSeconds = 300;

export interface ConsoleOptions {
  readonly folder: string;
  readonly tier: Tier;
  readonly city: NodeCode;
  readonly divisions: DivisionTree;
  readonly identity: { readonly url: string; readonly realm: string };
  readonly features: readonly string[];
  /** The nodes that this host serves: the places that its public pages can be about. */
  readonly nodes: readonly NodeCode[];
}

/** The realm's public client of the pages (deploy/keycloak). */
const client = 'tongban-console';

/**
 * Serves the built pages of the console and what they ask for before anybody has logged in. A host whose pages were not
 * built serves its interface alone.
 */
export async function serveConsole(server: FastifyInstance, options: ConsoleOptions): Promise<void> {
  if (!existsSync(join(options.folder, 'index.html'))) return;
  const policy = pagePolicy(options.identity.url);
  const page = (reply: FastifyReply, file: string) =>
    reply
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .sendFile(file, { cacheControl: false });
  await server.register(fastifyStatic, {
    root: options.folder,
    prefix: '/console/',
    // One route per file that was built: any other address is a page of ours.
    wildcard: false,
    index: false,
    globIgnore: ['**/*.html', '**/*.br', `**/${workerFile}`, `**/${manifestFile}`],
    // What was compressed when it was built lies beside the file.
    preCompressed: true,
    immutable: true,
    maxAge: assetMaxAge,
  });
  // Residents type the bare address; staff have theirs.
  server.get('/', (_request, reply) => reply.redirect('/public/'));
  server.get('/console/nodes.json', (_request, reply) =>
    reply.header('cache-control', `public, max-age=${divisionsMaxAgeSeconds}`).send(options.nodes),
  );
  server.get('/console/settings.json', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({
      tier: options.tier,
      city: options.city,
      identity: { ...options.identity, client },
      features: options.features,
    }),
  );
  server.get('/console/divisions.json', (_request, reply) =>
    reply
      .header('cache-control', `public, max-age=${divisionsMaxAgeSeconds}`)
      .send(options.divisions.within(`${options.city.slice(0, 2)}*`).map(({ code, name }) => [code, name])),
  );
  // A file of an older build is gone; a page in its place would be read as a script.
  server.get('/console/assets/*', (_request, reply) => reply.callNotFound());
  await serveAgentApp(server, options.folder, policy, page);
  server.get('/console', (_request, reply) => page(reply, 'index.html'));
  server.get('/console/*', (_request, reply) => page(reply, 'index.html'));
  server.get('/public', (_request, reply) => page(reply, 'public.html'));
  server.get('/public/*', (_request, reply) => page(reply, 'public.html'));
}

/**
 * The village agent's app: a page of its own, and the worker that keeps it on the phone. Whatever changes what the page may
 * do is told with the worker, so that a phone fetches page and headers anew.
 */
async function serveAgentApp(
  server: FastifyInstance,
  folder: string,
  policy: string,
  page: (reply: FastifyReply, file: string) => FastifyReply,
): Promise<void> {
  const worker = join(folder, workerFile);
  if (!existsSync(worker)) return;
  const deployment = createHash('sha256').update(policy).digest('hex').slice(0, deploymentDigits);
  const script = `const shellDeployment='${deployment}';\n${await readFile(worker, 'utf8')}`;
  server.get(`/console/${workerFile}`, (_request, reply) =>
    // A worker fetches under the policy of its own answer.
    reply
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .type('text/javascript; charset=utf-8')
      .send(script),
  );
  server.get(`/console/${manifestFile}`, (_request, reply) => page(reply, manifestFile));
  server.get('/console/agent', (_request, reply) => reply.redirect('/console/agent/'));
  server.get('/console/agent/*', (_request, reply) => page(reply, 'agent/index.html'));
}

/**
 * What a page may load and whom it may ask. Styles may stand in the page, since the components write theirs at run time;
 * scripts may not.
 */
function pagePolicy(identityUrl: string): string {
  const identity = new URL(identityUrl).origin;
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ${identity}`,
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self' ${identity}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
