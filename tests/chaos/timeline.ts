import { appendFileSync } from 'node:fs';

/** What happened when, one JSON line each, so that a run that dies leaves what it knew. */
export class Timeline {
  private readonly began = performance.now();

  constructor(
    private readonly file: string,
    private readonly say: (text: string) => void,
  ) {}

  get seconds(): number {
    return (performance.now() - this.began) / 1_000;
  }

  note(what: string): void {
    const at = Math.round(this.seconds * 1_000) / 1_000;
    appendFileSync(this.file, `${JSON.stringify({ at, clock: new Date().toISOString(), what })}\n`);
    this.say(`[${at.toFixed(1).padStart(7)} s] ${what.split('\n')[0]!}`);
  }
}
