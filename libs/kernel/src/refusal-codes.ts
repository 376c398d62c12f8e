/**
 * Every coded refusal of the product. The code is API and never changes its meaning; the text may.
 * `kind` is what an edge maps to its own status (HTTP: problem status; gRPC: status code; link: failure class).
 */
export const refusalCodes = {
  // input
  'request.malformed': { kind: 'invalid', zh: '请求格式不正确' },
  'request.invalid': { kind: 'invalid', zh: '请求内容不符合要求' },
  'request.key-missing': { kind: 'invalid', zh: '缺少幂等键 Idempotency-Key' },
  'request.key-reused': { kind: 'conflict', zh: '幂等键已用于内容不同的请求' },
  'request.too-large': { kind: 'tooLarge', zh: '请求内容超过上限' },
  'request.stale': { kind: 'stale', zh: '记录已被更新，请刷新后再办理' },
  'request.unknown-type': { kind: 'invalid', zh: '不支持的请求类型' },
  'request.route-unknown': { kind: 'notFound', zh: '没有这个地址' },
  // who and where
  'identity.missing': { kind: 'unauthenticated', zh: '请先登录' },
  'identity.invalid': { kind: 'unauthenticated', zh: '登录凭证无效' },
  'identity.expired': { kind: 'unauthenticated', zh: '登录已过期，请重新登录' },
  'identity.unavailable': { kind: 'unavailable', zh: '身份认证服务暂不可用' },
  'jurisdiction.role': { kind: 'forbidden', zh: '当前角色无权办理' },
  'jurisdiction.division': { kind: 'forbidden', zh: '不在本人所属区划的权限范围内' },
  'jurisdiction.not-party': { kind: 'forbidden', zh: '本人不是该件的当事人或经办人' },
  'node.unknown': { kind: 'notFound', zh: '没有这个区划' },
  'node.not-hosted': { kind: 'notFound', zh: '该区划不由本服务承载' },
  // catalogue and delegation
  'item.unknown': { kind: 'notFound', zh: '没有这个事项' },
  'item.not-published': { kind: 'conflict', zh: '事项未发布或不在有效期内' },
  'item.version-not-held': { kind: 'conflict', zh: '本级尚未收到该事项的这一版本' },
  'item.version-conflict': { kind: 'conflict', zh: '事项版本号已存在且内容不同' },
  'catalogue.version-conflict': { kind: 'conflict', zh: '部门或授权的版本号已存在且内容不同' },
  'item.invalid': { kind: 'invalid', zh: '事项要素不符合要求' },
  'item.period-overlap': { kind: 'conflict', zh: '有效期与已发布的版本重叠' },
  'catalogue.unknown': { kind: 'notFound', zh: '目录中没有这条记录' },
  'catalogue.draft-unknown': { kind: 'notFound', zh: '没有这份草稿' },
  'catalogue.draft-state': { kind: 'conflict', zh: '事项版本当前状态不能这样办理' },
  'catalogue.same-person': { kind: 'conflict', zh: '起草人不能审核自己的版本' },
  'catalogue.in-use': { kind: 'conflict', zh: '记录正在使用，不能撤回' },
  'delegation.none': { kind: 'conflict', zh: '该事项未授权本级办理' },
  'delegation.invalid': { kind: 'invalid', zh: '授权内容不符合要求' },
  'delegation.unknown': { kind: 'notFound', zh: '没有这项授权' },
  'delegation.revoked': { kind: 'conflict', zh: '授权已撤销' },
  'delegation.intake-above': { kind: 'conflict', zh: '该事项由下级主管，请到下级收件' },
  // mandate
  'mandate.required': { kind: 'conflict', zh: '代办须有申请人的委托授权' },
  'mandate.unknown': { kind: 'notFound', zh: '没有这份委托' },
  'mandate.item-not-covered': { kind: 'conflict', zh: '委托范围不包括该事项' },
  'mandate.power-not-covered': { kind: 'conflict', zh: '委托权限不包括该行为' },
  'mandate.expired': { kind: 'conflict', zh: '委托已到期' },
  'mandate.not-yet-valid': { kind: 'conflict', zh: '委托尚未生效' },
  'mandate.revoked': { kind: 'conflict', zh: '委托已被撤销' },
  'mandate.other-principal': { kind: 'conflict', zh: '委托人与申请人不一致' },
  'mandate.other-agent': { kind: 'conflict', zh: '受托人不是当前代办员' },
  'mandate.invalid': { kind: 'invalid', zh: '委托内容不符合要求' },
  'mandate.presence-required': { kind: 'conflict', zh: '该事项须申请人本人到场，不能代办' },
  'mandate.not-owner': { kind: 'conflict', zh: '该委托不由本级保管' },
  // case
  'case.unknown': { kind: 'notFound', zh: '没有这个办件' },
  'case.state': { kind: 'conflict', zh: '办件当前状态不能这样办理' },
  'case.closed': { kind: 'conflict', zh: '办件已办结' },
  'case.not-owner': { kind: 'conflict', zh: '该件不在本级办理' },
  'case.handing-over': { kind: 'conflict', zh: '该件正在移交，请稍后再办' },
  'case.power': { kind: 'conflict', zh: '本级无此项办理权限' },
  'case.reason-required': { kind: 'invalid', zh: '须说明理由' },
  'case.material-missing': { kind: 'invalid', zh: '缺少必要材料' },
  'case.material-unknown': { kind: 'invalid', zh: '事项没有这项材料' },
  'case.same-person': { kind: 'conflict', zh: '审核人与批准人不得为同一人' },
  'case.back-dated': { kind: 'invalid', zh: '办理时间不能早于上一环节' },
  'case.deemed-accepted': { kind: 'conflict', zh: '逾期未一次告知，依法视为已受理' },
  'case.rated': { kind: 'conflict', zh: '该件已评价' },
  'case.delivered': { kind: 'conflict', zh: '结果已送达' },
  'case.nothing-to-correct': { kind: 'conflict', zh: '没有需要更正的内容' },
  'case.query-code': { kind: 'notFound', zh: '办件编号与查询码不符' },
  'case.duplicate': { kind: 'conflict', zh: '申请人同一事项已有在办件' },
  'case.paused': { kind: 'conflict', zh: '办件处于特别程序期间，暂停计时' },
  'case.not-paused': { kind: 'conflict', zh: '办件不在特别程序期间' },
  'case.extension': { kind: 'conflict', zh: '不能延长办理期限' },
  'case.nothing-to-recount': { kind: 'conflict', zh: '期限没有变化，无须重算' },
  'case.review-required': { kind: 'conflict', zh: '上报件须先经本级初审' },
  'case.reviewed': { kind: 'conflict', zh: '该件已经审核' },
  'case.urged': { kind: 'conflict', zh: '今日已经催办' },
  'case.conference': { kind: 'conflict', zh: '会审状态不允许这样办理' },
  'case.regime': { kind: 'conflict', zh: '该办件类型不能这样办理' },
  // fee
  'fee.none': { kind: 'conflict', zh: '该事项没有收费项目' },
  'fee.noticed': { kind: 'conflict', zh: '已开具缴款通知书' },
  'fee.not-noticed': { kind: 'conflict', zh: '没有待缴的缴款通知书' },
  'fee.settled': { kind: 'conflict', zh: '费用已缴清或已减免，不能重复缴费' },
  'fee.unpaid': { kind: 'conflict', zh: '费用尚未确认到账，不能办理' },
  'fee.amount': { kind: 'invalid', zh: '金额与缴款通知书不符' },
  'fee.counter': { kind: 'forbidden', zh: '只能由收费窗口确认收款' },
  'fee.receipt-used': { kind: 'conflict', zh: '该票据号已用于其他缴款' },
  'fee.provider-unavailable': { kind: 'unavailable', zh: '网上缴费暂不可用' },
  'fee.provider-pending': { kind: 'conflict', zh: '尚未收到缴费结果' },
  // attachment
  'attachment.unknown': { kind: 'notFound', zh: '没有这个附件' },
  'attachment.too-large': { kind: 'tooLarge', zh: '附件超过大小上限' },
  'attachment.type': { kind: 'invalid', zh: '附件类型不允许，或内容与类型不符' },
  'attachment.empty': { kind: 'invalid', zh: '附件为空' },
  'attachment.not-here': { kind: 'unavailable', zh: '附件尚未传到本级' },
  'attachment.digest': { kind: 'integrity', zh: '附件内容与摘要不符' },
  'attachment.offset': { kind: 'conflict', zh: '附件续传位置不正确' },
  'dossier.not-recipient': { kind: 'forbidden', zh: '本级不经办该件，无权查看申请资料' },
  // federation
  'link.signature': { kind: 'integrity', zh: '签名不正确' },
  'link.chain': { kind: 'integrity', zh: '哈希链不连续' },
  'link.epoch': { kind: 'integrity', zh: '权属期次不正确' },
  'link.author': { kind: 'integrity', zh: '作者无权写入该记录' },
  'link.schema': { kind: 'needsSchema', zh: '收到尚不认识的类型，等待升级' },
  'link.key': { kind: 'needsKey', zh: '缺少对方公钥' },
  'link.gap': { kind: 'conflict', zh: '链路编号不连续' },
  'link.hops': { kind: 'integrity', zh: '转发次数超过上限' },
  'request.unknown': { kind: 'notFound', zh: '没有这个请求' },
  // exchange
  'exchange.held': { kind: 'conflict', zh: '数据不完整，暂缓上报' },
  'exchange.unknown': { kind: 'notFound', zh: '没有这条上报记录' },
  'exchange.answer': { kind: 'integrity', zh: '省级平台的应答不可信，将重新报送' },
  // reform
  'reform.unknown': { kind: 'notFound', zh: '没有这一轮改革方案' },
  'reform.state': { kind: 'conflict', zh: '改革方案当前状态不能这样办理' },
  'reform.invalid': { kind: 'invalid', zh: '改革方案不符合要求' },
  'reform.same-person': { kind: 'conflict', zh: '方案须由起草人、提交人以外的人批准' },
  // sheets
  'sheet.not-xlsx': { kind: 'invalid', zh: '文件不是 .xlsx 工作簿，或已损坏' },
  'sheet.too-large': { kind: 'tooLarge', zh: '表格超过上限' },
  'sheet.unsafe': { kind: 'invalid', zh: '表格含有公式、宏或外部链接' },
  'sheet.layout': { kind: 'invalid', zh: '表格与模板不一致' },
  'sheet.invalid': { kind: 'invalid', zh: '表格内容不符合要求' },
  'sheet.not-representable': { kind: 'conflict', zh: '目录中有表格装不下的内容' },
  // service
  'service.unavailable': { kind: 'unavailable', zh: '服务暂不可用，请稍后再试' },
  'service.busy': { kind: 'busy', zh: '请求过多，请稍后再试' },
  'service.fault': { kind: 'fault', zh: '系统故障，已记录' },
} as const satisfies Record<string, { kind: RefusalKind; zh: string }>;

export type RefusalKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'stale'
  | 'tooLarge'
  | 'integrity'
  | 'needsSchema'
  | 'needsKey'
  | 'busy'
  | 'unavailable'
  | 'fault';

export type RefusalCode = keyof typeof refusalCodes;

export const refusalKind = (code: RefusalCode): RefusalKind => refusalCodes[code].kind;
