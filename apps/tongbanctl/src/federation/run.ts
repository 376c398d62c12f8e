import { randomUUID } from 'node:crypto';
import type { FederationCommand } from './arguments.js';
import { exportJournal, verifySource } from './journal.js';
import { showLinks } from './links.js';
import { cancelReconciliation, reconcileNode } from './reconcile.js';
import { Remote } from './remote.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** One command of the federation; the exit status. */
export async function runFederation(command: FederationCommand, env: Environment): Promise<number> {
  const say = (text: string): void => console.log(text);
  const tell = (text: string): void => console.error(text);
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  switch (command.name) {
    case 'links':
      return showLinks(Remote.from(env, stopping.signal), { ...command, say }, stopping.signal);
    case 'reconcile':
      return reconcileNode(Remote.from(env, stopping.signal), { ...command, key: randomUUID(), say, tell });
    case 'cancel-reconciliation':
      return cancelReconciliation(Remote.from(env, stopping.signal), { ...command, key: randomUUID(), say });
    case 'export':
      return exportJournal(command.node, command.out, env);
    case 'verify-journal':
      return verifySource(command.source, command.json, env, say);
  }
}
