import type { ApplicantForm } from '@tongban/domain/catalogue';
import type { ItemPin, NamedMaterial } from '@tongban/domain/casework';
import type { EndingPower, QuotaGrant } from '@tongban/domain/delegation';
import { ok, refuse, type NodeCode } from '@tongban/kernel';
import type { ItemSource } from '../src/index.js';

/** A catalogue that a test writes: what the items say, and what has become of the delegations. */
export class ItemBook implements ItemSource {
  /** Items whose decision lies with the node above. */
  constructor(
    private readonly items: readonly ItemPin[],
    private readonly above: NodeCode,
    private readonly decidedAbove: readonly ItemPin[],
  ) {}

  readonly ended: (EndingPower & { readonly node: NodeCode; readonly item: string })[] = [];
  readonly limited: (QuotaGrant & { readonly node: NodeCode; readonly item: string })[] = [];
  /** Versions beyond the first. */
  readonly versions: ItemPin[] = [];
  readonly presence = new Set<string>();
  readonly materials = new Map<string, readonly NamedMaterial[]>();
  readonly required = new Map<string, readonly string[]>();
  readonly forms = new Map<string, ApplicantForm>();

  route(node: NodeCode, code: string, on: string, usedUp: readonly string[] = []) {
    const item = this.items.find((each) => each.code === code);
    if (item === undefined) return refuse('item.unknown', '没有这个事项');
    const lost = this.endings(node, code, on).length > 0 || usedUp.length > 0;
    const isSubmitOnly = this.limited.some(
      ({ delegation, powers }) => usedUp.includes(delegation) && powers.length === 1,
    );
    if (isSubmitOnly) return refuse('delegation.none', '没有收件权限');
    const decides = lost || this.decidedAbove.includes(item) ? this.above : node;
    const accepts = lost ? this.above : node;
    const route = {
      accept: accepts,
      review: node,
      decide: decides,
      certify: decides,
      deliver: node,
      competent: this.above,
    };
    return ok({ pin: item, route, presenceRequired: this.presence.has(code) });
  }

  endings(node: NodeCode, code: string, on: string): EndingPower[] {
    return this.ended.filter((each) => each.node === node && each.item === code && each.revokedOn <= on);
  }

  quotas(node: NodeCode, code: string): QuotaGrant[] {
    return this.limited.filter((each) => each.node === node && each.item === code);
  }

  findPin(_node: NodeCode, code: string, version: number): ItemPin | undefined {
    return [...this.items, ...this.versions].find((each) => each.code === code && each.version === version);
  }

  findMaterials(_node: NodeCode, code: string) {
    const named = this.materials.get(code) ?? [{ code: 'M1', name: '申请书', source: 'applicant' as const }];
    const form = this.forms.get(code) ?? { type: 'object' as const, properties: {}, required: [] };
    return Promise.resolve({
      form,
      known: named.map((material) => material.code),
      required: this.required.get(code) ?? [],
      named,
    });
  }
}
