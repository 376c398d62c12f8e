export const reformTokens = {
  /** ReformRounds */
  rounds: Symbol('reform.rounds'),
  /** PublishRound */
  publish: Symbol('reform.publish'),
  /** Clock */
  clock: Symbol('reform.clock'),
} as const;
