import { parseDivisions, type DivisionTree } from '@tongban/domain/division';
import { nodeCode, parentOf, tierOf } from '@tongban/kernel';

export const fixtureCity = nodeCode('371100000000');

/** A city of these codes; `371171…` are statistical as in the real data. */
export function divisionsOf(...codes: readonly string[]): DivisionTree {
  const divisions = [fixtureCity, ...codes].map((code) => ({
    code,
    name: `区划${code}`,
    tier: tierOf(nodeCode(code)),
    parent: parentOf(nodeCode(code)),
    kind: code.startsWith('371171') ? 'statistical' : 'official',
  }));
  return parseDivisions({ city: fixtureCity, source: 'fixture', divisions });
}

export const smallCity = (): DivisionTree =>
  divisionsOf(
    ...['371102000000', '371102001000', '371102001001', '371102001002', '371102002000', '371102002001'],
    ...['371103000000', '371103001000', '371103001201'],
    ...['371171000000', '371171401000', '371171401001'],
  );
