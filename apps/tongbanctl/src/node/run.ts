import { SetupError } from '../city/environment.js';
import type { NodeCommand, RecodeCommand } from './arguments.js';
import { cityFilesIn, divisionsOf } from './city-files.js';
import { joinNode } from './join.js';
import { mergeNodes } from './merge.js';
import { moveNode } from './move.js';
import { renameNode } from './rename.js';
import { retireNode } from './retire.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** One command about a node's life; the exit status. */
export function runNode(
  command: NodeCommand,
  env: Environment,
  root: string,
  say: (line: string) => void,
): Promise<number> {
  switch (command.name) {
    case 'move':
      return moveNode(command, env, root, say);
    case 'retire':
      return retireNode(command, say);
    case 'join':
      return joinNode(command, env, root, say);
    case 'rename':
      return renameNode(command, say);
    case 'merge':
      return mergeNodes(command, say);
    case 'recode':
      return recodeNode(command, env, root, say);
  }
}

/** The new code joins under the name of the old one; then what is at the old code goes on there. */
async function recodeNode(
  { join, retire }: RecodeCommand,
  env: Environment,
  root: string,
  say: (line: string) => void,
): Promise<number> {
  const divisions = divisionsOf(cityFilesIn(retire.city));
  const called = join.called === '' ? divisions.nameOn(retire.node, retire.endsOn) : join.called;
  if (called === undefined) throw new SetupError(`区划名单中没有 ${retire.node}`);
  const joined = await joinNode({ ...join, called }, env, root, say);
  return joined === 0 ? retireNode(retire, say) : joined;
}
