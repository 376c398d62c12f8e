import {
  checkJointEntry,
  jointCommandSchema,
  jointCommandSpecs,
  jointRules,
  knowsJointEntry,
  type JointAttachment,
  type JointCommand,
  type JointState,
} from '@tongban/domain/joint';
import type { RecordClassBinding } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { UploadedFiles } from './ports.js';
import { loadJoints, raiseJointNumbers, saveJoints } from './store/joint-store.js';

/**
 * Binds the rules of joint cases to the federation. The papers are sealed for the leading node alone: a department gets
 * what it needs with its own branch's case.
 */
export function jointBinding(tools: {
  readonly attachments: UploadedFiles;
}): RecordClassBinding<JointState, JointCommand> {
  return {
    rules: jointRules(),
    knows: knowsJointEntry,
    check: (entry) => checkJointEntry(entry),
    parseCommand(json) {
      const parsed = jointCommandSchema.safeParse(json);
      if (!parsed.success) return refuse('request.invalid', '请求内容不符合要求');
      const { name, from } = jointCommandSpecs[parsed.data.type];
      // Files of other nodes are not here: who hands in papers does so at the leading node.
      return from === 'anywhere' && !('attachments' in parsed.data)
        ? ok(parsed.data)
        : refuse('case.not-owner', `“${name}”只能在牵头机关办理`);
    },
    guard: (sql, _state, command, { owner }) =>
      'attachments' in command
        ? guardAttachments(tools.attachments, sql, owner, command.attachments)
        : Promise.resolve(ok(undefined)),
    recipients: ({ owner }) => [owner],
    load: loadJoints,
    save: saveJoints,
    regain: (sql, node, changes) =>
      raiseJointNumbers(
        sql,
        node,
        changes.map(({ state }) => state),
      ),
  };
}

async function guardAttachments(
  files: UploadedFiles,
  sql: Sql,
  node: NodeCode,
  wanted: readonly JointAttachment[],
): Promise<Result<void>> {
  const digests = wanted.map(({ digest }) => digest);
  const held = new Map((await files.find(sql, node, digests)).map((file) => [file.digest, file]));
  for (const { digest, size, mediaType, name } of wanted) {
    const stored = held.get(digest);
    if (stored === undefined) return refuse('attachment.unknown', `附件 ${name} 未上传到本级`);
    if (stored.size !== size || stored.mediaType !== mediaType)
      return refuse('request.invalid', `附件 ${name} 的大小或类型与上传时不一致`);
  }
  return ok(undefined);
}
