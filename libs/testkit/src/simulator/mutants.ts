import type { Mutation } from './sim-host.js';

/** A deliberate fault: some seed has to see it. */
export interface Mutant {
  readonly name: string;
  readonly what: string;
  readonly mutation: Mutation;
}

export const mutants: readonly Mutant[] = [];
