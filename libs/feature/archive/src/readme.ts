import { names, type Manifest } from './format.js';

/** For whoever opens the archive in twenty years, with no system around. */
export const readme = (
  { caseNumber, item, archivedAt, archivedBy, contents }: Omit<Manifest, 'files'>,
  /** Pseudonymous: whoever finds the file knows who let it out. */
  takenBy: string,
): string =>
  `办件档案

办件编号：${caseNumber}
事项名称：${item.name}
归档单位：${archivedBy}
归档时间：${archivedAt}
调取人员：${takenBy}（${archivedAt} 调取，仅供所述事由使用）
档案内容：${contents === 'full' ? '全部办理记录、文书、申请资料和附件' : '办理记录（不含申请资料、文书和附件）'}

一、文件
${names.manifest}　清单：每个文件的名称、大小和 SM3 摘要（GB/T 32905）
${names.signature}　归档单位对清单的签名（Ed25519，RFC 8032）
${names.journal}　全部办理记录，每行一条 JSON；facts 和 sealed 是原文，哈希按原文计算
${names.keys}　核验签名所需的公钥（base64url）
${names.seals}　每份文书的签章
documents/　文书，PDF/A-2（ISO 19005-2）
dossier/　申请资料，文件名是办理记录的序号
attachments/　申请人提交的附件

二、核验
用通办命令行核验，不需要联网，也不需要数据库：
  node dist/apps/tongbanctl/main.js verify 本文件.zip
另有本市公布的公钥目录时，加上 --keys 公钥目录文件，可以同时证明公钥属于各单位。

没有该命令时，按下列办法自行核验：
1. 压缩包末尾的注释是它之前全部字节的 SM3 摘要。
2. 清单上每个文件的 SM3 摘要与文件相符，清单以外没有其他文件。
3. 签名的内容由若干字段组成，每个字段前有 4 字节的长度（大端）。清单的签名覆盖
   “tongban-archive-1”和清单的 SM3 摘要（32 字节）。
4. 每条办理记录的 prevHash 等于上一条的 hash，第一条为 32 个零字节；signature 是作者对 hash 的签名。
   hash 是 prevHash 与下列字段（每个字段前有长度）的 SM3 摘要：“tongban-entry-1”、id、record、recordClass、
   seq、epoch、type、version、author、actor 的 subject、role、division、onBehalfOf（没有则为空）、occurredAt、
   recordedAt、facts、sealed 的摘要（没有则为空）。sealed 的摘要是它的 protected、iv、ciphertext、tag 四个字段
   （每个字段前有长度）的 SM3 摘要。
`;
