import { fileReferencesOf } from '@tongban/domain/catalogue';
import { refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { Content } from '../content.js';
import type { PublicFileCheck } from '../ports.js';
import { decidePublication, type CataloguePart, type PublicationDecision } from './decide-publication.js';
import type { HeldVersion } from './held.js';

/** Most missing files that one refusal tells. */
const mostFilesTold = 100;

function filesOf(content: Content | undefined) {
  if (content?.kind === 'item') return fileReferencesOf(content.value);
  if (content?.kind !== 'base') return [];
  const { materials = [], result } = content.value.fields;
  return fileReferencesOf({ materials, result: result ?? { kind: 'none', name: '' } });
}

/**
 * Files that new contents name and that cannot be downloaded from this host, a line each. What a version that is held
 * names was there when that was published, if perhaps at a host above from which it is still to come.
 */
export async function findMissingFiles(
  files: PublicFileCheck | undefined,
  contents: readonly Content[],
  held: readonly HeldVersion[],
): Promise<string[]> {
  const known = new Set(held.flatMap(({ content }) => filesOf(content).map(({ digest }) => digest)));
  const missing: string[] = [];
  for (const content of contents) {
    for (const { name, digest } of filesOf(content)) {
      if (known.has(digest)) continue;
      if ((await files?.isHeld(digest)) === true) known.add(digest);
      else if (missing.length < mostFilesTold) missing.push(`${codeOf(content)}：文件“${name}”还没有上传（${digest}）`);
    }
  }
  return missing;
}

const codeOf = ({ kind, value }: Content): string => (kind === 'item' || kind === 'base' ? value.code : kind);

/** Decides as `decidePublication` does, and refuses item.invalid where a file is named that nobody has uploaded. */
export async function judgePublication(
  files: PublicFileCheck | undefined,
  node: NodeCode,
  part: CataloguePart,
  held: readonly HeldVersion[],
): Promise<Result<PublicationDecision>> {
  const decision = decidePublication(node, part, held);
  if (!decision.ok) return decision;
  const contents = decision.value.versions.map(({ content }) => content);
  const problems = await findMissingFiles(files, contents, held);
  if (problems.length === 0) return decision;
  return refuse('item.invalid', '有文件还没有上传，未发布任何内容；请先上传再发布', { problems });
}
