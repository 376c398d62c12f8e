export { reformModule } from './reform.module.js';
export { type ReformCatalogue, type ReformOptions, type ReformTransactor, type RoundPublication } from './ports.js';
export { reformInsertOnlyTables, reformMigrations } from './store/migrations.js';
export { ReformRounds, type RoundCommand, type RoundView } from './usecase/rounds.js';
export { PublishRound, type PublishRoundInput } from './usecase/publish-round.js';
