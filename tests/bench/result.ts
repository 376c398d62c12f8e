/** One measure: medians over the rounds, product and peer on the same work in one run. */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerIs: string;
  /** What ours / peer should be. */
  readonly goal: string;
  readonly rounds: number;
}

export interface BenchTools {
  readonly rounds: number;
  /** A tenth of the work: shows that the measure works, measures nothing. */
  readonly quick: boolean;
  /** The repository, with `dist/apps` built. */
  readonly root: string;
  /** For Node in front of the product's programs. */
  readonly nodeArguments: readonly string[];
  readonly say: (text: string) => void;
}

export interface Bench {
  readonly id: string;
  readonly what: string;
  run(tools: BenchTools): Promise<readonly Result[]>;
}
