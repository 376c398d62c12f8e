/** 服务主题: what an item is about, with its number in the table for natural persons, for legal persons, or both. */
const themeTable = {
  birth: { zh: '生育收养', natural: '005' },
  household: { zh: '户籍办理', natural: '010' },
  ethnicReligious: { zh: '民族宗教', natural: '015', legal: '130' },
  education: { zh: '教育科研', natural: '020', legal: '120' },
  enlistment: { zh: '入伍服役', natural: '025' },
  employment: { zh: '就业创业', natural: '030', legal: '030' },
  foundation: { zh: '设立变更', natural: '035', legal: '005' },
  permission: { zh: '准营准办', natural: '040', legal: '010' },
  mortgage: { zh: '抵押质押', natural: '045', legal: '050' },
  qualification: { zh: '职业资格与资质认证', natural: '050', legal: '015' },
  payment: { zh: '行政缴费与税收财务', natural: '055', legal: '025' },
  marriage: { zh: '婚姻登记', natural: '060' },
  pension: { zh: '优待抚恤', natural: '065' },
  planning: { zh: '国土与规划建设', natural: '070', legal: '085' },
  housing: { zh: '住房保障', natural: '075' },
  socialSecurity: { zh: '社会保障', natural: '085', legal: '035' },
  documents: { zh: '证件办理', natural: '090' },
  traffic: { zh: '交通出行', natural: '095', legal: '090' },
  tourism: { zh: '旅游观光', natural: '100' },
  border: { zh: '出境入境', natural: '105' },
  publicSafety: { zh: '公共安全', natural: '115', legal: '145' },
  justice: { zh: '司法公证', natural: '120', legal: '155' },
  environment: { zh: '环保绿化', natural: '130', legal: '095' },
  culture: { zh: '文化体育', natural: '135', legal: '120' },
  utilities: { zh: '公用事业', natural: '140', legal: '160' },
  health: { zh: '医疗卫生', natural: '145', legal: '110' },
  retirement: { zh: '离职退休', natural: '150' },
  funeral: { zh: '死亡殡葬', natural: '155' },
  investment: { zh: '投资审批', legal: '040' },
  agriculture: { zh: '农林牧渔', legal: '075' },
  water: { zh: '水务气象', legal: '105' },
  quality: { zh: '质量技术', legal: '135' },
  fire: { zh: '公安消防', legal: '150' },
  cancellation: { zh: '法人注销', legal: '165' },
  local: { zh: '地方特色', natural: '998', legal: '998' },
  miscellaneous: { zh: '其他', natural: '999', legal: '999' },
} as const satisfies Record<string, { zh: string; natural?: string; legal?: string }>;

export type Theme = keyof typeof themeTable;
export const themes = Object.keys(themeTable) as [Theme, ...Theme[]];

export interface ThemeCodes {
  readonly zh: string;
  readonly natural?: string;
  readonly legal?: string;
}
export const themeCodes = (theme: Theme): ThemeCodes => themeTable[theme];
