import { SetupError } from '../city/environment.js';
import type { MergeCommand, RetireCommand } from './arguments.js';
import { cityFilesIn, divisionsOf } from './city-files.js';
import { requireRetirable, retireNode } from './retire.js';

/**
 * Several nodes of one tier go on in one. All are asked first whether they can end, so that nothing has begun when one of
 * them cannot; then each ends by itself, and one that is not finished holds up no other.
 */
export async function mergeNodes(command: MergeCommand, say: (line: string) => void): Promise<number> {
  const { nodes, into, on, basis, host, city } = command;
  const ends = nodes.map((node): RetireCommand => ({
    ...{ name: 'retire', node, successor: into, endsOn: on, basis, host, city },
  }));
  await requireAll(ends);
  let status = 0;
  for (const end of ends) status = Math.max(status, await retireNode(end, say));
  if (status === 0) say(`${nodes.join('、')} 已并入 ${into}`);
  return status;
}

async function requireAll(ends: readonly RetireCommand[]): Promise<void> {
  const reasons: string[] = [];
  for (const end of ends) {
    try {
      await requireRetirable(end, divisionsOf(cityFilesIn(end.city)));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      reasons.push(error.message);
    }
  }
  if (reasons.length > 0) throw new SetupError(reasons.join('\n'));
}
