// Writes docs/casework-states.md from the state table of casework: node tools/gen/state-graph.mjs [FILE]
import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
export const committed = join(root, 'docs', 'casework-states.md');

/** The table as the rules have it; bundled below dist, so that packages are found. */
async function loadCasework() {
  const outfile = join(root, 'dist', 'gen', 'casework.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['libs/domain/casework/src/index.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    tsconfig: 'tsconfig.base.json',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

const begin = '[*]';
const stateOf = ({ status, closing }) => (closing === undefined ? status : closing === 'approved' ? 'granted' : closing);

/** Arrows between states, each with the commands that lead along it; what stays where it is has no arrow. */
function arrowsOf({ caseStages, caseCommandTypes, caseTable, commandSpecs }) {
  const arrows = new Map();
  for (const stage of caseStages)
    for (const command of caseCommandTypes) {
      const cell = caseTable[stage][command];
      for (const lead of cell.allowed ? cell.leadsTo : []) {
        const [from, to] = [stage === 'none' ? begin : stage, stateOf(lead)];
        if (from !== to) arrows.set(`${from} --> ${to}`, [...(arrows.get(`${from} --> ${to}`) ?? []), commandSpecs[command].name]);
      }
    }
  return [...arrows].map(([arrow, names]) => `  ${arrow} : ${names.join('、')}`);
}

function diagram(casework) {
  const { caseStatuses, closings } = casework;
  const open = Object.entries(caseStatuses).filter(([status]) => status !== 'closed');
  const ends = Object.entries(closings).map(([closing, name]) => [stateOf({ closing }), `已办结：${name}`]);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...[...open, ...ends].map(([state, name]) => `  state "${name}" as ${state}`),
    ...arrowsOf(casework),
    ...ends.map(([state]) => `  ${state} --> ${begin}`),
    '```',
  ];
}

function cellText(cell, stage, { caseStatuses, closings }) {
  if (!cell.allowed) return '';
  const names = cell.leadsTo.map(({ status, closing }) => (closing === undefined ? caseStatuses[status] : closings[closing]));
  const stays = cell.leadsTo.length === 0 || (cell.leadsTo.length === 1 && cell.leadsTo[0].status === stage);
  return stays ? '●' : `→ ${[...new Set(names)].join('、')}`;
}

function table(casework) {
  const { caseStages, caseCommandTypes, caseTable, commandSpecs, caseStatuses } = casework;
  const headings = caseStages.map((stage) => (stage === 'none' ? '尚无办件' : caseStatuses[stage]));
  const rows = caseCommandTypes.map((command) => {
    const { name, roles, from, power, whilePaused } = commandSpecs[command];
    const cells = caseStages.map((stage) => cellText(caseTable[stage][command], stage, casework));
    const place = from === 'owner' ? 'owner' : 'anywhere';
    return [`${name} \`${command}\``, roles.join(', '), place, power ?? '', whilePaused === true ? 'yes' : '', ...cells];
  });
  const head = ['command', 'roles', 'from', 'power', 'while paused', ...headings];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

export async function stateGraph() {
  const casework = await loadCasework();
  const { caseStages, caseCommandTypes } = casework;
  const allowed = caseStages.flatMap((stage) => caseCommandTypes.filter((command) => casework.caseTable[stage][command].allowed));
  return [
    '# States of a case',
    '',
    'Made from the table in `libs/domain/casework/src/table.ts` by `tools/gen/state-graph.mjs`; `npm run check` compares.',
    `${caseStages.length} stages × ${caseCommandTypes.length} commands, ${allowed.length} cells of them allowed; every other cell is refused with a code.`,
    '',
    ...diagram(casework),
    '',
    '● leaves the status as it is. `owner`: staff of the node that owns the case; `anywhere`: from any node, as a request',
    'where need be. `power`: only at the node that the route names for it. `while paused`: also during a special procedure.',
    '',
    ...table(casework),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(process.argv[2] ?? committed, await stateGraph());
