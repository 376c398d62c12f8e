import { createMetrics } from '@tongban/platform/telemetry';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import YAML from 'yaml';
import { root, textOf } from './files.fixture.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

const { groups } = YAML.parse(textOf('deploy', 'prometheus', 'alerts.yaml')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** Metrics of the product, as they are registered; Prometheus adds `up` itself. */
function registered(): Set<string> {
  const names = new Set(['up']);
  for (const file of readdirSync(join(root, 'libs'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts') || file.includes('node_modules')) continue;
    const source = textOf('libs', file);
    if (!/\b(Gauge|Counter|Histogram)\b/.test(source)) continue;
    for (const [, name] of source.matchAll(/(?:name: |gauge\(\s*)'(tongban_[a-z_]+)'/g)) names.add(name!);
  }
  return names;
}

const words = new Set(['sum', 'by', 'rate', 'increase', 'delta', 'and', 'or', 'for', 'instance', 'max', 'min', 'abs']);
/** Names in an expression, without labels and texts. */
const metricsIn = (expr: string): string[] =>
  [...expr.replaceAll(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, '').matchAll(/[a-z_]{2,}/g)]
    .map(([name]) => name)
    .filter((name) => !words.has(name));

describe('alert rules', () => {
  it('name only metrics that a host shows', async () => {
    const metrics = createMetrics('test');
    metrics.observeHttp({ operation: 'o', method: 'GET', status: 500, seconds: 1 });
    const shown = new Set([...(await metrics.text()).matchAll(/^([a-z_]+)(?=[{ ])/gm)].map(([, name]) => name));
    const known = new Set([...shown, ...registered()]);
    const named = rules.flatMap(({ alert, expr }) => metricsIn(expr).map((metric) => ({ alert, metric })));
    expect(named.filter(({ metric }) => !known.has(metric))).toEqual([]);
    expect(named.length).toBeGreaterThanOrEqual(rules.length);
    expect(await metrics.text()).toContain('status="500"');
  });

  it('watch every metric of the links', () => {
    const watched = new Set(rules.flatMap(({ expr }) => metricsIn(expr)));
    const links = [...registered()].filter((name) => /^tongban_(link|messages|entries|damaged|clock)_/.test(name));
    expect(links.filter((name) => !watched.has(name))).toEqual([]);
  });

  it('are told apart by name, have a severity and a text for the person on duty', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { labels, annotations } of rules) {
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\p{Script=Han}/u);
    }
  });
});
