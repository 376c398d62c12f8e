import { unwrap } from '@tongban/kernel';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from './headers.js';
import { actingRole, servedNode } from './jurisdiction.js';
import type { HttpPorts } from './ports.js';
import { specOf, stateOf } from './request-state.js';

/**
 * Decides from address and token alone whether a request may come in; runs before any of its body is read, so that
 * nobody unknown can make us hold a large body.
 *
 * @throws RefusalError identity.*, node.*, jurisdiction.*
 */
export async function admit(request: FastifyRequest, { verifier, nodes }: HttpPorts): Promise<void> {
  const spec = specOf(request);
  if (spec === undefined) return;
  const state = stateOf(request);
  const person =
    spec.roles === 'public'
      ? undefined
      : unwrap(await verifier.verify(unwrap(bearerOf(request.headers.authorization))));
  const { node: code } = request.params as { node?: string };
  const node = code === undefined ? undefined : unwrap(servedNode(code, nodes));
  if (node !== undefined) state.node = node;
  if (person === undefined) return;
  state.person = person;
  state.role = unwrap(actingRole(spec, person, node));
}
