/** What has been started, to be stopped in the reverse order. Stopping goes on past a failure and happens once. */
export class Stack {
  private readonly entries: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  private stopping: Promise<string[]> | undefined;

  /** @param name what a person is told while it stops; empty: nothing */
  add(name: string, stop: () => Promise<void>): void {
    this.entries.push({ name, stop });
  }

  /** Names and reasons of what could not be stopped. */
  stopAll(tell: (name: string) => void): Promise<string[]> {
    this.stopping ??= this.run(tell);
    return this.stopping;
  }

  private async run(tell: (name: string) => void): Promise<string[]> {
    const failures: string[] = [];
    for (const { name, stop } of this.entries.toReversed()) {
      if (name !== '') tell(name);
      try {
        await stop();
      } catch (error) {
        failures.push(`${name}：${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}
