/** What a host does again and again; a simulation brings its own clock. */
export interface Scheduler {
  /** Calls `body` every `ms` milliseconds until the returned function is called. */
  every(ms: number, body: () => void): () => void;
}

export const realScheduler: Scheduler = {
  every(ms, body) {
    const timer = setInterval(body, ms);
    return () => clearInterval(timer);
  },
};
