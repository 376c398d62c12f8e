import type { RenameCommand } from './arguments.js';
import { cityFilesIn, divisionsOf, list, withCityLock } from './city-files.js';

/** Gives a division another name from a day on. Its keys and links stay; papers of earlier days keep the name they bear. */
export async function renameNode(command: RenameCommand, say: (line: string) => void): Promise<number> {
  const { node, called, on, basis } = command;
  const files = cityFilesIn(command.city);
  return withCityLock(files, () => {
    const before = divisionsOf(files).namesOf(node).at(-1);
    // Killed after the list was replaced: the change stands, and is not made twice.
    if (before?.name !== called || before.from !== on)
      list(files, { kind: 'renamed', node, name: called, on, basis, at: Date.now() });
    say(`${node}：自 ${on} 起名为“${called}”，此前的文书仍用原名；各服务数秒内获知`);
    return 0;
  });
}
