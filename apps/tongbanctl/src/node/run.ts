import type { NodeCommand } from './arguments.js';
import { moveNode } from './move.js';
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
  }
}
