/** Seeded chance (a multiplicative congruential generator, Park and Miller's minimal standard with 48,271). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.abs(Math.trunc(seed)) % modulus) + 1;
    for (let turn = 0; turn < warmUpTurns; turn++) this.next();
  }

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state * multiplier) % modulus;
    return this.state / modulus;
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.next() * list.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }
}

const modulus = 2_147_483_647;
const multiplier = 48_271;
/** Neighbouring seeds begin alike; after some turns they do not. */
const warmUpTurns = 8;
