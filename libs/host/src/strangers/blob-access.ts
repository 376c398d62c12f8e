import type { Transactor } from '@tongban/federation/nest';
import type { Peer } from '@tongban/federation/transport';
import { ok, parentOf, refuse, type NodeCode, type Result } from '@tongban/kernel';

/** Records that name one file: more than a few do not. */
const maxRecords = 100;
/** Applications of the provincial portal that are on their way at once. */
const maxApplications = 1_000;

interface Parts {
  readonly transactor: Transactor;
  readonly nodes: readonly NodeCode[];
  /** Files of service items, which anybody may read. */
  readonly isPublic: (digest: string) => boolean;
}

interface Members {
  readonly members: readonly NodeCode[];
}

/** Whether the peer serves a node that holds a record of these members: one of them, or one above. */
export function holdsOne(peer: Pick<Peer, 'covers'>, records: readonly Members[]): boolean {
  for (const { members } of records)
    for (const member of members)
      for (let node: NodeCode | undefined = member; node !== undefined; node = parentOf(node))
        if (peer.covers(node)) return true;
  return false;
}

/**
 * Judges which sealed files a host below may have: those that entries name of records that a node of its holds, and public
 * ones. Files that no record here names yet are given while an application of the provincial portal is on its way to it:
 * those name their files in the sealed part alone. Refusal: link.file.
 */
export function blobAccess({ transactor, nodes, isPublic }: Parts) {
  return async (peer: Peer, digest: string, wants: 'stat' | 'read'): Promise<Result<void>> => {
    if (isPublic(digest)) return ok(undefined);
    const named = await transactor.run((sql) =>
      sql.query<Members>(
        `select distinct r.members from entry e join record r on r.node = e.node and r.record = e.record
          where cardinality(files_of(e.facts)) > 0 and files_of(e.facts) @> array[$1] and e.node = any($2) limit $3`,
        [digest, nodes, maxRecords],
      ),
    );
    if (holdsOne(peer, named)) return ok(undefined);
    // Its own upload, of which the record is still on its way: that it is here is no secret to who has it.
    if (named.length === 0 && wants === 'stat') return ok(undefined);
    if (named.length === 0) {
      const coming = await transactor.run((sql) =>
        sql.query<Members>(
          `select distinct r.members from application_view a join record r on r.node = a.node and r.record = a.record
            where a.is_open and a.node = any($1) limit $2`,
          [nodes, maxApplications],
        ),
      );
      if (holdsOne(peer, coming)) return ok(undefined);
    }
    return refuse('link.file', `no record of ${peer.name} has the file`);
  };
}
