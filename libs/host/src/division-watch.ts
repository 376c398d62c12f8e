import { localDate } from '@tongban/domain/calendar';
import type { DivisionTree } from '@tongban/domain/division';
import { readSecrets } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { Logger } from '@tongban/platform/telemetry';
import { readFileSync, statSync } from 'node:fs';
import { readDivisions, type HostedNodes } from './nodes.js';

const watchIntervalMs = 2_000;

interface Watched {
  readonly files: {
    readonly city: NodeCode;
    readonly divisions: string;
    readonly keystore: string;
  };
  readonly hosted: Pick<HostedNodes, 'divisions' | 'directory' | 'nodes' | 'departed'>;
  /** Divisions of a tree that this host's patterns name. */
  readonly namedIn: (divisions: DivisionTree) => readonly NodeCode[];
  readonly logger: Logger;
  readonly clock: { now(): number };
  /** Ends this process in order; whoever keeps it starts it again, with the new nodes. */
  readonly restart: () => void;
}

/**
 * Takes up what the city has changed in its list of divisions, and at midnight the names of the new day. New names and
 * new neighbours are known at once; a node that is to be served here needs a new start.
 */
export class DivisionWatch {
  private timer: NodeJS.Timeout | undefined;
  /** Nothing yet: what has changed since the start is found at the first look. */
  private seen = '';
  private told = '';

  constructor(private readonly watched: Watched) {}

  start(): void {
    this.timer = setInterval(() => this.look(), watchIntervalMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Reads the list when it is another one than before. A list that cannot be used leaves everything as it is. */
  look(): void {
    const { logger } = this.watched;
    try {
      const stamp = this.stamp();
      if (stamp === this.seen) return;
      if (this.takeUp()) this.seen = stamp;
      this.told = '';
    } catch (error) {
      const reason = String(error);
      if (reason !== this.told)
        logger.error({ reason }, 'the list of divisions cannot be used, the one read before goes on');
      this.told = reason;
    }
  }

  /** Replaced by a move: another file has another number, whatever its time. */
  private stamp(): string {
    const { files, clock } = this.watched;
    const { ino, mtimeMs, size } = statSync(files.divisions);
    return `${ino} ${mtimeMs} ${size} ${localDate(clock.now())}`;
  }

  /** False when this has to be looked at again: the directory that names a new node's key is not in use here yet. */
  private takeUp(): boolean {
    const { files, hosted, namedIn, logger, clock, restart } = this.watched;
    const next = readDivisions(files.divisions, files.city, hosted.directory, clock.now());
    const joined = next.changes.filter(({ kind }) => kind === 'joined');
    if (joined.some(({ node }) => hosted.directory.findNewest(node) === undefined)) return false;
    const isNews = next.changes.length !== hosted.divisions.changes.length;
    hosted.divisions.adopt(next);
    const known = new Set([...hosted.nodes, ...hosted.departed]);
    const held = new Set(readSecrets(readFileSync(files.keystore, 'utf8')).map((secret) => secret.node));
    const mine = namedIn(next).filter((node) => !known.has(node) && held.has(node));
    if (isNews) logger.info({ changes: next.changes.length }, 'the list of divisions has changed');
    if (mine.length === 0) return true;
    this.stop();
    logger.warn({ nodes: mine }, 'nodes have joined; starting again with them');
    restart();
    return true;
  }
}
