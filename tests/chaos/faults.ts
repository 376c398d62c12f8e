import { hosts } from '../e2e/city.js';
import type { Backups } from './backups.js';
import type { Dice } from './dice.js';
import { kill } from './site/database-server.js';
import { programNames } from './site/plan.js';
import type { Line } from './site/proxy.js';
import type { Site } from './site/site.js';
import { SmallDisk } from './site/small-disk.js';

/** A fault under way: what it is, what it has taken hold of, and how it ends. */
export interface Hurt {
  readonly what: string;
  /** Nobody else may hurt these meanwhile. */
  readonly holds: readonly string[];
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface FaultTools {
  readonly site: Site;
  readonly dice: Dice;
  readonly backups: Backups;
}

export interface Fault {
  readonly kind: string;
  readonly leastMs: number;
  readonly mostMs: number;
  /** Draws what exactly is hurt; a text says why it is impossible here. */
  draw(tools: FaultTools): Hurt | string;
}

const nothing = (): Promise<void> => Promise.resolve();
const programLock = (name: string): string => `program ${name}`;
const databaseLock = (host: string): string => `database ${host}`;
const lineLock = (name: string): string => `line ${name}`;
const hubLock = 'hub';

const killProgram: Fault = {
  ...{ kind: 'kill -9 of a process', leastMs: 500, mostMs: 1_500 },
  draw({ site, dice }) {
    const name = dice.pick(programNames);
    const begin = (): Promise<void> => Promise.resolve(site.program(name).signal('SIGKILL'));
    return { what: name, holds: [programLock(name)], begin, end: nothing };
  },
};

const freezeProgram: Fault = {
  ...{ kind: 'SIGSTOP of a process', leastMs: 1_000, mostMs: 12_000 },
  draw({ site, dice }) {
    const name = dice.pick(programNames);
    const signal = (one: NodeJS.Signals) => (): Promise<void> => Promise.resolve(site.program(name).signal(one));
    return { what: name, holds: [programLock(name)], begin: signal('SIGSTOP'), end: signal('SIGCONT') };
  },
};

const killHub: Fault = {
  ...{ kind: 'kill -9 of the hub', leastMs: 1_000, mostMs: 6_000 },
  draw: ({ site }) => ({
    what: 'nats-server',
    holds: [hubLock],
    begin: () => site.holdHub(),
    end: () => site.releaseHub(false),
  }),
};

const freezeHub: Fault = {
  ...{ kind: 'SIGSTOP of the hub', leastMs: 1_000, mostMs: 12_000 },
  draw: ({ site }) => ({
    what: 'nats-server',
    holds: [hubLock],
    begin: () => Promise.resolve(kill(site.hubPid, 'SIGSTOP')),
    end: () => Promise.resolve(kill(site.hubPid, 'SIGCONT')),
  }),
};

const wipeHub: Fault = {
  ...{ kind: "JetStream's store wiped", leastMs: 1_000, mostMs: 4_000 },
  draw: ({ site }) => ({
    what: 'nats-server',
    holds: [hubLock],
    begin: () => site.holdHub(),
    end: () => site.releaseHub(true),
  }),
};

const killPostmaster: Fault = {
  ...{ kind: "kill -9 of a database's first process", leastMs: 2_000, mostMs: 3_000 },
  draw({ site, dice }) {
    const host = dice.pick(hosts);
    const begin = (): Promise<void> => Promise.resolve(kill(site.database(host).pid, 'SIGKILL'));
    return { what: host, holds: [databaseLock(host)], begin, end: nothing };
  },
};

const killBackend: Fault = {
  ...{ kind: "kill -9 of a database's child", leastMs: 1_000, mostMs: 2_000 },
  draw({ site, dice }) {
    const host = dice.pick(hosts);
    const begin = async (): Promise<void> => {
      const [, ...children] = site.database(host).processes();
      if (children.length > 0) kill(dice.pick(children), 'SIGKILL');
    };
    return { what: host, holds: [databaseLock(host)], begin, end: nothing };
  },
};

const freezeDatabase: Fault = {
  ...{ kind: 'SIGSTOP of a database', leastMs: 1_000, mostMs: 12_000 },
  draw({ site, dice }) {
    const host = dice.pick(hosts);
    const onlyFirst = dice.happens(0.3);
    const signal = (one: NodeJS.Signals) => async (): Promise<void> => {
      const processes = site.database(host).processes();
      for (const pid of onlyFirst ? processes.slice(0, 1) : processes) kill(pid, one);
    };
    const what = `${host}${onlyFirst ? ', first process only' : ''}`;
    return { what, holds: [databaseLock(host)], begin: signal('SIGSTOP'), end: signal('SIGCONT') };
  },
};

/** One fault kind for each way in which a line can be spoiled. */
const spoiledLine = (kind: string, lineOf: (dice: Dice) => Line, mostMs: number): Fault => ({
  ...{ kind: `line: ${kind}`, leastMs: 1_500, mostMs },
  draw({ site, dice }) {
    const { name, line } = dice.pick(hosts.flatMap((host) => site.linesOf(host)));
    const spoiled = lineOf(dice);
    return {
      what: name,
      holds: [lineLock(name)],
      begin: () => Promise.resolve(line.spoil(spoiled)),
      end: () => Promise.resolve(line.heal()),
    };
  },
});

/** Several lines at once. */
const cut = (kind: string, names: (tools: FaultTools) => string[]): Fault => ({
  ...{ kind, leastMs: 3_000, mostMs: 20_000 },
  draw(tools) {
    const wanted = names(tools);
    const lines = hosts.flatMap((host) => tools.site.linesOf(host)).filter(({ name }) => wanted.includes(name));
    const how: Line = { kind: tools.dice.pick(['blackhole', 'reset']) };
    return {
      what: `${how.kind}: ${wanted.join(', ')}`,
      holds: wanted.map(lineLock),
      begin: async () => lines.forEach(({ line }) => line.spoil(how)),
      end: async () => lines.forEach(({ line }) => line.heal()),
    };
  },
});

const cutHub = cut('hub cut off', () => hosts.map((host) => `${host} hub`));
const cutHost = cut('host cut off', ({ dice }) => {
  const host = dice.pick(hosts.filter((name) => name !== 'provincial-gateway'));
  return [`${host} hub`, `${host} parent`];
});

const fullDisk: Fault = {
  ...{ kind: 'disk full', leastMs: 3_000, mostMs: 8_000 },
  draw({ site }) {
    const { disk } = site;
    if (!(disk instanceof SmallDisk)) return disk;
    return {
      what: 'database and attachments of village',
      holds: [databaseLock('village')],
      begin: async () => disk.fill(),
      end: async () => disk.free(),
    };
  },
};

const wrongClock: Fault = {
  ...{ kind: 'clock offset', leastMs: 5_000, mostMs: 20_000 },
  draw({ site, dice }) {
    const host = dice.pick(hosts);
    const offsetMs = dice.pick([-25_000, -5_000, 5_000, 60_000, 600_000]);
    const restartWith = async (offset: number): Promise<void> => {
      site.shiftClock(host, offset);
      site.program(host).signal('SIGKILL');
    };
    return {
      what: `${host} by ${offsetMs / 1_000} s`,
      holds: [programLock(host)],
      begin: () => restartWith(offsetMs),
      end: () => restartWith(0),
    };
  },
};

const restore: Fault = {
  ...{ kind: 'database put back to a backup', leastMs: 500, mostMs: 1_500 },
  draw({ site, dice, backups }) {
    const host = dice.pick(hosts);
    if (!backups.has(host)) return `there is no backup of ${host} yet`;
    return {
      what: `${host}, to ${backups.ageSeconds(host)} s ago`,
      holds: [programLock(host), databaseLock(host)],
      begin: () => backups.putBack(host),
      end: () => Promise.resolve(site.program(host).release()),
    };
  },
};

const takeBackup: Fault = {
  ...{ kind: 'backup taken', leastMs: 100, mostMs: 500 },
  draw({ dice, backups }) {
    const host = dice.pick(hosts);
    return { what: host, holds: [databaseLock(host)], begin: () => backups.take(host), end: nothing };
  },
};

/** Every kind once in a deck; `kind` is what a run reports. */
export const faults: readonly Fault[] = [
  killProgram,
  freezeProgram,
  killHub,
  freezeHub,
  wipeHub,
  killPostmaster,
  killBackend,
  freezeDatabase,
  spoiledLine('reset', () => ({ kind: 'reset' }), 10_000),
  spoiledLine('blackhole', () => ({ kind: 'blackhole' }), 20_000),
  spoiledLine('half-open', () => ({ kind: 'halfOpen' }), 10_000),
  spoiledLine('delay', (dice) => ({ kind: 'delay', delayMs: dice.between(20, 1_500) }), 15_000),
  spoiledLine('bandwidth', (dice) => ({ kind: 'bandwidth', bytesPerSecond: dice.between(2_000, 200_000) }), 15_000),
  cutHub,
  cutHost,
  fullDisk,
  wrongClock,
  takeBackup,
  restore,
];
