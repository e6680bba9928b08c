import { readFileSync } from 'node:fs';
import { alertList } from '../../scripts/alert-list.ts';
import { generatedFromAlerts } from '../../scripts/alert-files.ts';
import { metricsIn } from './promql.ts';

const list = alertList();

describe('the list of alerts', () => {
  it.each(Object.entries(generatedFromAlerts()))('is the source of %s (npm run docs:alerts)', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('queries only recorded series that exist, in valid PromQL', () => {
    const values = { window: '5m' };
    const filled = (text: string) =>
      text
        .replaceAll(/\$\{(?:pods|release)\}/g, 'namespace="a"')
        .replaceAll(/\$\{(\w+)\}/g, (_, name: string) =>
          name in list.definitions ? list.definitions[name]! : ((values as Record<string, string>)[name] ?? 'a'),
        );
    const numbered = (text: string) => filled(text.replaceAll(/\$\{(?:thresholds|objectives)\.\w+\}/g, '1'));
    const recorded = new Set(
      list.records.flatMap(({ record, windows = [''] }) =>
        windows.map((window) => record.replace('${window}', window)),
      ),
    );
    for (const { expr } of [...list.records, ...list.alerts]) {
      const queried = metricsIn(numbered(expr)).filter((name) => name.includes(':'));
      expect(queried.filter((name) => !recorded.has(name))).toEqual([]);
    }
  });
});
