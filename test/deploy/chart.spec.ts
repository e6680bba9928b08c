import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { valuesSchema, VALUES_SCHEMA } from './values-schema.ts';

const CHART = 'helm/outcrop';
const read = (path: string) => readFileSync(path, 'utf8');

describe('helm/outcrop', () => {
  it('takes the configuration that the gateway takes: node test/deploy/values-schema.ts', () => {
    expect(JSON.parse(read(VALUES_SCHEMA))).toEqual(JSON.parse(JSON.stringify(valuesSchema())));
  });

  it('describes every value it has, and has every value it describes', () => {
    const schema = valuesSchema() as { properties: Record<string, object> };
    const values = parse(read(`${CHART}/values.yaml`)) as Record<string, unknown>;
    expect(Object.keys(values).sort()).toEqual(
      Object.keys(schema.properties)
        .filter((name) => name !== 'global')
        .sort(),
    );
    const conforms = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    expect([conforms(values), conforms.errors]).toEqual([true, null]);
  });

  it('is of the version of the application, which its changelog knows', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const chart = parse(read(`${CHART}/Chart.yaml`)) as { version: string; appVersion: string };
    expect([chart.version, chart.appVersion]).toEqual([version, version]);
    expect(read('CHANGELOG.md')).toContain(`## [${version}]`);
    expect(read('Dockerfile')).toContain(`ARG VERSION=${version}\n`);
  });

  it('calls only programs that are in the image', () => {
    expect(read(`${CHART}/templates/tests/ready.yaml`)).toContain('deploy/image/healthcheck.mjs');
    expect(existsSync('deploy/image/healthcheck.mjs')).toBe(true);
  });
});
