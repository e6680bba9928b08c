/*
 * `npm run helm:dashboards`: writes the Grafana dashboards helm/outcrop/dashboards/*.json. A test fails if a file is
 * stale, a query is not valid PromQL, or a metric does not exist.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DASHBOARDS, type Panel } from './dashboard-panels.ts';

const FOLDER = join(import.meta.dirname, '../helm/outcrop/dashboards');

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Width and height of panels in Grafana's grid, which has 24 columns. */
const SIZE = { stat: { w: 6, h: 4 }, timeseries: { w: 12, h: 8 } };

/** Returns the JSON of a dashboard, for Grafana 11 or later. */
export function dashboardJson(name: string): string {
  const { title, panels } = DASHBOARDS[name]!;
  return `${JSON.stringify(
    {
      uid: `outcrop-${name}`,
      title,
      tags: ['outcrop'],
      schemaVersion: 39,
      editable: true,
      refresh: '30s',
      time: { from: 'now-3h', to: 'now' },
      templating: { list: variables() },
      links: [
        {
          type: 'dashboards',
          tags: ['outcrop'],
          title: 'Outcrop',
          asDropdown: true,
          keepTime: true,
          includeVars: true,
        },
      ],
      panels: placed(panels),
    },
    null,
    2,
  )}\n`;
}

function variables(): object[] {
  const chosen = (name: string, query: string) => ({
    name,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    definition: query,
    multi: true,
    includeAll: true,
    current: { text: ['All'], value: ['$__all'] },
    refresh: 2,
  });
  return [
    { name: 'datasource', type: 'datasource', query: 'prometheus', current: {} },
    chosen('namespace', 'label_values(outcrop_build_info, namespace)'),
    chosen('pod', 'label_values(outcrop_build_info{namespace=~"$namespace"}, pod)'),
  ];
}

function placed(panels: readonly Panel[]): object[] {
  let x = 0;
  let y = 0;
  return panels.map(({ title, unit, queries, kind = 'timeseries' }, index) => {
    const { w, h } = SIZE[kind];
    if (x + w > 24) {
      x = 0;
      y += SIZE[panels[index - 1]?.kind ?? 'timeseries'].h;
    }
    const gridPos = { x, y, w, h };
    x += w;
    return {
      id: index + 1,
      type: kind,
      title,
      datasource: DATASOURCE,
      gridPos,
      fieldConfig: { defaults: { unit, min: unit === 'dateTimeAsIso' ? undefined : 0 }, overrides: [] },
      targets: Object.entries(queries).map(([legendFormat, expr], query) => ({
        refId: String.fromCharCode(65 + query),
        datasource: DATASOURCE,
        expr,
        legendFormat: legendFormat || '__auto',
      })),
    };
  });
}

/** Reads the file of a dashboard. */
export function dashboardFile(name: string): { path: string; text: string } {
  const path = join(FOLDER, `${name}.json`);
  return { path, text: readFileSync(path, 'utf8') };
}

if (import.meta.main) {
  for (const name of Object.keys(DASHBOARDS)) writeFileSync(join(FOLDER, `${name}.json`), dashboardJson(name));
}
