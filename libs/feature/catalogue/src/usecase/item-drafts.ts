import {
  decideDraft,
  deviationsFromBase,
  draftProblems,
  draftTransitions,
  findOverlap,
  type Department,
  type DraftCommand,
  type ItemDraft,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import { ok, refuse, type Instant, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { findDraft, findDraftCommand, insertDraftEntry, listDrafts, type DraftSummary } from '../store/draft-store.js';
import { lockPublisher } from '../store/publication-store.js';
import { appendRecords, heldFor, signedVersion } from './append-records.js';
import { commandDigest, type CommandInput, type WriteTools } from './command.js';
import { findMissingFiles, judgePublication } from './judge-publication.js';
import type { HeldVersion } from './held.js';
import { datesOf } from './keep-periods.js';
import { basesIn, liveContents } from './uses.js';

/** A document without the number: the node gives it. */
export type UnnumberedItem = Omit<ServiceItem, 'version'>;

export type DraftRequest =
  | { readonly action: 'create' | 'edit'; readonly document: UnnumberedItem }
  | { readonly action: 'approve'; readonly note?: string }
  | { readonly action: 'return' | 'withdraw'; readonly note: string }
  | { readonly action: 'publish' };

export interface DraftInput extends CommandInput {
  /** Not for `create`: a draft is named by the key of the command that made it. */
  readonly draft?: Uuid;
  readonly request: DraftRequest;
  /** The sequence number that was read. */
  readonly ifMatch?: number | undefined;
}

export interface DraftView {
  readonly state: ItemDraft;
  /** What still stands in the way of a review. */
  readonly problems: readonly string[];
}

/** Writes versions of items, has them read by a second person and publishes them. */
export class ItemDrafts {
  constructor(private readonly tools: WriteTools) {}

  async act(input: DraftInput): Promise<Result<DraftView>> {
    const digest = commandDigest({ draft: input.draft, request: input.request });
    let isPublished = false;
    const done = await this.tools.transactor.run(async (sql): Promise<Result<DraftView>> => {
      await lockPublisher(sql, input.node);
      const earlier = await findDraftCommand(sql, input.node, input.key);
      const held = await heldFor(sql, input.node);
      if (earlier !== undefined) {
        if (!earlier.digest.equals(digest)) return refuse('request.key-reused', '幂等键已用于另一次目录操作');
        return this.view(await findDraft(sql, input.node, earlier.draft), held);
      }
      const written = await this.write(sql, input, held, digest);
      isPublished = written.ok && input.request.action === 'publish';
      return written.ok ? this.view(await findDraft(sql, input.node, written.value), held) : written;
    });
    if (isPublished) await this.tools.committed();
    return done;
  }

  find(node: NodeCode, draft: Uuid): Promise<Result<DraftView>> {
    return this.tools.transactor.run(async (sql) =>
      this.view(await findDraft(sql, node, draft), await heldFor(sql, node)),
    );
  }

  list(node: NodeCode, query: Parameters<typeof listDrafts>[2]): Promise<DraftSummary[]> {
    return this.tools.transactor.run((sql) => listDrafts(sql, node, query));
  }

  /** Refusals: catalogue.draft-unknown, request.stale, those of `decideDraft`, and those of a publication. */
  private async write(
    sql: Sql,
    input: DraftInput,
    held: readonly HeldVersion[],
    digest: Buffer,
  ): Promise<Result<Uuid>> {
    const { node, actor, actorName, request, key, ifMatch } = input;
    const draft = input.draft ?? key;
    const state = await findDraft(sql, node, draft);
    if (input.draft !== undefined && state === undefined) return refuse('catalogue.draft-unknown', '没有这份草稿');
    if (ifMatch !== undefined && ifMatch !== state?.seq) return refuse('request.stale', '草稿已被他人修改，请刷新');
    if (request.action === 'withdraw' && state?.status === 'published') {
      return refuse('catalogue.draft-state', '已发布的版本不能单独撤回，请撤回事项', { status: 'published' });
    }
    const command = commandOf(request, state, node, held);
    const decided = decideDraft(state, command, actor.subject, departmentsIn(held));
    if (!decided.ok) return decided;
    if (command.action === 'approve') {
      const problems = await this.missingFiles(state!.document, held);
      if (problems.length > 0) return refuse('item.invalid', '有文件还没有上传，请先上传再审核', { problems });
    }
    const now = this.tools.clock.now();
    if (command.action === 'publish') {
      const published = await this.publish(sql, input, command.document, held, now);
      if (!published.ok) return published;
    }
    await insertDraftEntry(sql, {
      node,
      draft,
      entry: decided.value,
      status: draftTransitions[request.action][state?.status ?? 'none']!,
      code: ('document' in command ? command.document : state!.document).code,
      actor,
      actorName,
      now,
      command: { key, digest },
    });
    return ok(draft);
  }

  private missingFiles(document: ServiceItem, held: readonly HeldVersion[]): Promise<string[]> {
    return findMissingFiles(this.tools.files, [{ kind: 'item', value: document }], held);
  }

  private async view(state: ItemDraft | undefined, held: readonly HeldVersion[]): Promise<Result<DraftView>> {
    if (state === undefined) return refuse('catalogue.draft-unknown', '没有这份草稿');
    const missing = await this.missingFiles(state.document, held);
    return ok({ state, problems: [...problemsOf(state.document, held), ...missing] });
  }

  private async publish(
    sql: Sql,
    { node, traceparent }: DraftInput,
    document: ServiceItem,
    held: readonly HeldVersion[],
    now: Instant,
  ): Promise<Result<void>> {
    const overlap = findOverlap(publishedDates(node, document.code, held), document);
    if (overlap !== undefined) {
      const { version, validFrom, validTo } = overlap;
      const period = validTo === undefined ? `${validFrom} 起` : `${validFrom} 至 ${validTo}`;
      return refuse('item.period-overlap', `与第 ${version} 版的有效期（${period}）重叠`, { version });
    }
    const decision = await judgePublication(this.tools.files, node, { items: [document] }, held);
    if (!decision.ok) return decision;
    const records = decision.value.versions.map((version) => signedVersion(this.tools.keystore, node, version, now));
    await appendRecords(sql, records, now, traceparent);
    return ok(undefined);
  }
}

const isOwn = ({ id }: HeldVersion, node: NodeCode, code: string): boolean =>
  id.publisher === node && id.kind === 'item' && id.key === code;

export const publishedDates = (node: NodeCode, code: string, held: readonly HeldVersion[]) =>
  held.filter((version) => isOwn(version, node, code)).flatMap((version) => datesOf(version) ?? []);

function nextVersion(node: NodeCode, code: string, held: readonly HeldVersion[]): number {
  return 1 + Math.max(0, ...held.filter((version) => isOwn(version, node, code)).map(({ id }) => id.version));
}

const departmentsIn = (held: readonly HeldVersion[]): Department[] =>
  liveContents(held).flatMap(({ content }) => (content.kind === 'department' ? [content.value] : []));

/** Numbered anew each time it is written, and for the last time when it is published. */
function commandOf(
  request: DraftRequest,
  state: ItemDraft | undefined,
  node: NodeCode,
  held: readonly HeldVersion[],
): DraftCommand {
  if ('document' in request) {
    const version = nextVersion(node, request.document.code, held);
    return { action: request.action, document: { ...request.document, version } };
  }
  if ('note' in request || request.action === 'approve') return request;
  if (state === undefined) throw new Error('a draft that is published exists');
  return {
    action: 'publish',
    document: { ...state.document, version: nextVersion(node, state.document.code, held) },
  };
}

function problemsOf(document: ServiceItem, held: readonly HeldVersion[]): string[] {
  const base = basesIn(held).get(document.code);
  const beyond = base === undefined ? [] : deviationsFromBase(document, base);
  return [...draftProblems(document, departmentsIn(held)), ...beyond];
}
