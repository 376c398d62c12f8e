/** A single character would hide half of every text. */
const shortestValue = 2;

/** Identity numbers, mobile numbers and other long numbers: accounts, cards. Numbers of cases have letters or hyphens in them. */
const personalNumber = /(?<![\dA-Za-z-])(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9}|\d{16,19})(?![\dA-Za-z-])/g;

const roles =
  '(?:姓名|申请人|申办人|联系人|法定代表人|法人代表|负责人|代理人|委托人|经办人|领取人|缴费人|当事人|死者|配偶)';
/** What a name is put into: 申请人“王某”, 联系人：王某, 姓名(王某). */
const quoted = new RegExp(
  `(${roles}[是为：:]{0,1}\\s{0,2}[“"‘'「『（(【[])([\\p{Script=Han}·]{2,15})(?=[”"’'」』）)】\\]])`,
  'gu',
);
const afterColon = new RegExp(`(${roles}\\s{0,2}[：:]\\s{0,2})([\\p{Script=Han}·]{2,15})`, 'gu');
/** Frequent family names that are not the beginning of what such texts usually say of a person. */
const families =
  '王李张刘陈杨赵黄周吴徐孙胡朱郭罗宋郑谢韩唐冯董萧袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴汪姜范谭廖邹熊陆郝孔崔邱秦顾侯邵孟龙段雷钱汤尹黎常武乔贺龚赖';
const bare = new RegExp(`(${roles})([${families}][\\p{Script=Han}]{1,2})(?![\\p{Script=Han}])`, 'gu');

const stars = (text: string): string => '*'.repeat([...text].length);

/**
 * Words of the platform about a row, as they may be read by everybody who holds the case: without what is known of its
 * persons, without numbers of persons, and without what stands where a name would. Codes and columns say the rest.
 *
 * @param personal names, numbers and addresses of the persons of the case
 */
export function discreet(message: string, personal: Iterable<string>): string {
  const longestFirst = [...new Set(personal)]
    .filter((value) => [...value].length >= shortestValue)
    .sort((left, right) => right.length - left.length);
  let text = message;
  for (const value of longestFirst) text = text.replaceAll(value, stars(value));
  return text
    .replace(personalNumber, stars)
    .replace(quoted, (_all, before: string, name: string) => before + stars(name))
    .replace(afterColon, (_all, before: string, name: string) => before + stars(name))
    .replace(bare, (_all, before: string, name: string) => before + stars(name));
}
