export const reformTokens = {
  /** ReformRounds */
  rounds: Symbol('reform.rounds'),
  /** PublishRound */
  publish: Symbol('reform.publish'),
} as const;
