import { readFileSync } from 'node:fs';
import { committed, stateGraph } from './state-graph.mjs';

if (readFileSync(committed, 'utf8') !== (await stateGraph())) {
  console.error(`out of step: ${committed}\nrun: node tools/gen/state-graph.mjs`);
  process.exitCode = 1;
}
