import { entrySql, hashOf, Signatures, type EntryRow } from './entry.js';
import { lineOf, reading, type Place, type Violation, type World } from './world.js';

const rowsPerPage = 1_000;
const chainStart = Buffer.alloc(32).toString('hex');

interface Head {
  readonly node: string;
  readonly seq: number;
  readonly hash: string;
  readonly owner: string;
  readonly epoch: number;
}

/** A row of the table `record`. */
interface RecordRow {
  readonly node: string;
  readonly record: string;
  readonly owner: string;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

/** The journals of all databases, entry by entry, against each other. */
export class Journals {
  readonly violations: Violation[] = [];
  /** Newest entry of each record at each node that holds it. */
  readonly heads = new Map<string, Map<string, Head>>();
  /** Nodes that must hold a record, with everything above them. */
  private readonly members = new Map<string, Set<string>>();
  private readonly lines = new Map<string, string>();
  private readonly authors = new Map<string, string>();
  private readonly signatures: Signatures;
  private readonly found = new Set<string>();

  constructor(world: World) {
    this.signatures = new Signatures(world.keys);
  }

  async read(place: Place): Promise<void> {
    await reading(place.url, async (query) => {
      let last: readonly [string, string, number] = ['', '00000000-0000-0000-0000-000000000000', 0];
      let before: EntryRow | undefined;
      let ids = new Set<string>();
      for (;;) {
        const rows = await query<EntryRow>(entrySql, [...last, rowsPerPage]);
        for (const row of rows) {
          if (row.node !== before?.node) ids = new Set();
          if (ids.has(row.id)) this.violate('I2', `${row.node} applied ${row.id} twice`);
          ids.add(row.id);
          this.follow(row, before?.node === row.node && before.record === row.record ? before : undefined);
          before = row;
          last = [row.node, row.record, row.seq];
        }
        if (rows.length < rowsPerPage) break;
      }
      for (const row of await query<RecordRow>(
        `select node, record::text, owner, epoch, seq, encode(hash, 'hex') as hash from record`,
      ))
        this.compareHead(row);
    });
  }

  /** When every database was read: the same record everywhere where it belongs, and nowhere else. */
  compareHolders(): void {
    for (const [record, heads] of this.heads) {
      const wanted = new Set([...(this.members.get(record) ?? [])].flatMap(lineOf));
      for (const node of wanted) if (!heads.has(node)) this.violate('I5', `${node} lacks ${record}`);
      for (const node of heads.keys())
        if (!wanted.has(node)) this.violate('I9', `${node} holds ${record}, which is not its`);
      const distinct = new Map([...heads.values()].map((head) => [`${head.seq} ${head.hash}`, head]));
      if (distinct.size > 1) {
        const shown = [...heads.values()].map(({ node, seq, hash }) => `${node} ${seq} ${hash.slice(0, 8)}`);
        this.violate('I5', `${record} has different heads: ${shown.join(', ')}`);
      }
    }
  }

  private follow(row: EntryRow, before: EntryRow | undefined): void {
    const name = `entry ${row.seq} of ${row.record} at ${row.node}`;
    const wantedSeq = (before?.seq ?? 0) + 1;
    if (row.seq !== wantedSeq) this.violate('I3', `${name} comes where ${wantedSeq} should`);
    if (row.prev_hash.toString('hex') !== (before?.hash.toString('hex') ?? chainStart))
      this.violate('I3', `${name} does not follow the one before it`);
    if (!hashOf(row).equals(row.hash)) this.violate('I6', `${name} has a hash that is not its own`);
    const fault = this.signatures.faultOf(row);
    if (fault !== undefined) this.violate('I6', `${name}: ${fault}`);
    this.compareLine(row, name);
    const head = this.heads.get(row.record)?.get(row.node);
    const takes = row.type === 'record.taken';
    const owner = head === undefined || takes ? row.author : head.owner;
    this.headsOf(row.record).set(row.node, {
      node: row.node,
      seq: row.seq,
      hash: row.hash.toString('hex'),
      owner,
      epoch: row.epoch,
    });
    const members = this.members.get(row.record) ?? new Set<string>();
    if (row.seq === 1) members.add(row.author);
    if (row.type === 'record.offered') members.add(String((JSON.parse(row.facts) as { to?: unknown }).to));
    this.members.set(row.record, members);
  }

  /** One line of entries per record in the whole world, and one author per epoch. */
  private compareLine(row: EntryRow, name: string): void {
    const place = `${row.record} ${row.seq}`;
    const hash = row.hash.toString('hex');
    const other = this.lines.get(place);
    if (other === undefined) this.lines.set(place, hash);
    else if (other !== hash) this.violate('I8', `${name} is another one than elsewhere: the record has forked`);
    const epoch = `${row.record} ${row.epoch}`;
    const author = this.authors.get(epoch);
    if (author === undefined) this.authors.set(epoch, row.author);
    else if (author !== row.author)
      this.violate('I4', `${row.record} has two owners in epoch ${row.epoch}: ${author} and ${row.author}`);
  }

  private compareHead(row: RecordRow): void {
    const head = this.heads.get(row.record)?.get(row.node);
    if (head === undefined || head.seq !== row.seq || head.hash !== row.hash)
      this.violate('I3', `the head of ${row.record} at ${row.node} is not its newest entry`);
    else if (head.owner !== row.owner || head.epoch !== row.epoch)
      this.violate(
        'I4',
        `${row.node} takes ${row.owner} for the owner of ${row.record} in epoch ${row.epoch}: ${head.owner} in ${head.epoch}`,
      );
  }

  private headsOf(record: string): Map<string, Head> {
    const known = this.heads.get(record);
    if (known !== undefined) return known;
    const made = new Map<string, Head>();
    this.heads.set(record, made);
    return made;
  }

  private violate(invariant: Violation['invariant'], what: string): void {
    if (this.found.has(what)) return;
    this.found.add(what);
    this.violations.push({ invariant, what });
  }
}
