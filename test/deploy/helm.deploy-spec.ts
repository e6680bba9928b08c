import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { buildConfig } from '../../src/config/load-config.ts';
import { prometheusTools } from '../support/prometheus-tools.ts';
import { goTools } from './go-tools.ts';
import { metricsIn } from './promql.ts';

const CHART = 'helm/outcrop';
const KUBERNETES = ['--kube-version', '1.34.0'];
/** Checks of kube-score that the chart fails on purpose. */
const DECIDED_OTHERWISE = [
  // CPU throttling would stall every stream of the pod.
  'container-resources',
  // Tags are versions, and digests are pinned.
  'container-image-pull-policy',
  // topologySpreadConstraints replace the anti-affinity.
  'deployment-has-host-podantiaffinity',
];
/** Returns a value for a secret that ci/*-values.yaml reference. */
const SECRETS: Record<string, string> = {
  'redis-url': 'redis://redis:6379',
  'database-url': 'postgres://outcrop@postgresql:6432/outcrop',
  'database-password': 'test-password',
};
const secret = (path: string) => SECRETS[path.split('/').at(-1)!] ?? `sha256:${'0'.repeat(64)}`;
const RULES_WITHOUT_CHART = 'deploy/prometheus/outcrop-rules.yaml';
const tools = await goTools();
const prometheus = await prometheusTools();

interface Container {
  name: string;
  image: string;
  ports?: { containerPort: number }[];
  lifecycle?: object;
  securityContext: object;
  volumeMounts?: { mountPath: string }[];
  env?: object[];
  resources?: object;
  args?: string[];
  terminationMessagePolicy?: string;
}

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
}

interface Settings {
  database?: Record<string, unknown>;
  governance?: Record<string, unknown>;
  ledger?: Record<string, unknown>;
}

interface Manifest {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
  spec?: {
    replicas?: number;
    strategy?: object;
    maxUnavailable?: number | string;
    minAvailable?: number | string;
    template: {
      metadata: { annotations?: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        shareProcessNamespace?: boolean;
        topologySpreadConstraints: object[];
        securityContext: object;
        containers: [Container];
        initContainers?: Container[];
        volumes: object[];
      };
    };
  };
}

const render = (...helmArguments: string[]) =>
  spawnSync(tools!.helm, ['template', 'release', CHART, '--namespace', 'outcrop', ...KUBERNETES, ...helmArguments], {
    encoding: 'utf8',
  });
const manifests = (...helmArguments: string[]) =>
  parseAllDocuments(render(...helmArguments).stdout).map((document) => document.toJS() as Manifest);
/** Returns the configuration, wherever `configChanges` places it. */
const configOf = (all: Manifest[]) =>
  find(all, 'ConfigMap')?.data?.['gateway.yaml'] ??
  find(all, 'Deployment')?.spec?.template.metadata.annotations?.['outcrop/gateway.yaml'] ??
  '';
const find = (all: Manifest[], kind: string) => all.find((manifest) => manifest.kind === kind);
const SQLITE = ['--set', 'database.sqlite.enabled=true,replicaCount=1'];
const POSTGRESQL = ['--set', 'existingSecret=mine,config.database.url=${file:/run/secrets/outcrop/database-url}'];

(tools ? describe : describe.skip)('helm/outcrop, rendered', () => {
  describe.each(readdirSync(`${CHART}/ci`))('with ci/%s', (file) => {
    const values = ['-f', `${CHART}/ci/${file}`];

    it('passes helm lint --strict', () => {
      const linted = spawnSync(tools!.helm, ['lint', '--strict', CHART, ...KUBERNETES, ...values], {
        encoding: 'utf8',
      });
      expect([linted.status, linted.stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
    });

    it('decodes in Kubernetes', () => {
      const rendered = render(...values);
      expect(rendered.stderr).toBe('');
      const decoded = execFileSync(tools!.kubestrict, { input: rendered.stdout, encoding: 'utf8' });
      expect(decoded.trim().split('\n').sort()).toMatchSnapshot();
    });

    it('renders the reviewed manifests', () => {
      // Another test covers the dashboards.
      const { stdout } = render(...values, '--set', 'dashboards.enabled=false');
      expect(stdout).toMatchSnapshot();
    });

    it('violates no policy of kube-score', () => {
      const { stdout } = render(...values, '--skip-tests');
      const openshift = file.startsWith('openshift') ? ['container-security-context-user-group-id'] : [];
      const unguarded = file.startsWith('networkpolicy-off') ? ['pod-networkpolicy'] : [];
      const ignored = [...DECIDED_OTHERWISE, ...openshift, ...unguarded].flatMap((test) => ['--ignore-test', test]);
      const scored = spawnSync(tools!.kubeScore, ['score', '--output-format', 'ci', ...ignored, '-'], {
        input: stdout,
        encoding: 'utf8',
      });
      expect(scored.stdout).toContain('[OK]');
      expect(scored.stdout.split('\n').filter((line) => line.startsWith('[CRITICAL]'))).toEqual([]);
    });

    it('configures a gateway that starts, on the port of the probes', () => {
      const all = manifests(...values);
      const text = configOf(all);
      const environment = { BEDROCK_ENDPOINT: 'https://bedrock.example.com' };
      const config = buildConfig({ file: { path: file, text }, environment, readFile: secret });
      const pod = find(all, 'Deployment')?.spec?.template.spec;
      expect(pod?.containers[0].ports?.[0]?.containerPort).toBe(config.server.port);
      const { drainDelaySeconds, graceSeconds } = config.shutdown;
      expect(pod?.terminationGracePeriodSeconds).toBe(drainDelaySeconds + graceSeconds + 15);
    });

    it('meets the restricted pod security standard', () => {
      const pod = find(manifests(...values), 'Deployment')?.spec?.template.spec;
      expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    });
  });

  it('is checked by a decoder that detects errors', () => {
    const decode = (input: string) => spawnSync(tools!.kubestrict, { input, encoding: 'utf8' });
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n';
    expect(decode(service)).toMatchObject({ status: 0, stdout: 'Service a\n' });
    expect(decode(service.replace('ports', 'porst')).stderr).toContain('unknown field "spec.porst"');
    expect(decode(service.replace('80', 'eighty')).status).toBe(1);
    expect(decode(service.replace('Service', 'Servant')).status).toBe(1);
  });

  it('restarts pods only if the configuration changes', () => {
    const template = (...helmArguments: string[]) => find(manifests(...helmArguments), 'Deployment')?.spec?.template;
    expect(template('--set', 'config.logging.level=debug')).not.toEqual(template());
    expect(template('--set', 'replicaCount=3')).toEqual(template());
  });

  it('gives each version of the pods its own configuration, which no upgrade changes', () => {
    const all = manifests('--set', 'config.logging.level=debug');
    expect(find(all, 'ConfigMap')).toBeUndefined();
    expect(parse(configOf(all))).toMatchObject({ logging: { level: 'debug' } });
    const { volumes } = find(all, 'Deployment')!.spec!.template.spec;
    expect(volumes[0]).toEqual({
      name: 'config',
      downwardAPI: {
        items: [{ path: 'gateway.yaml', fieldRef: { fieldPath: "metadata.annotations['outcrop/gateway.yaml']" } }],
      },
    });
  });

  it('rejects a configuration that an annotation cannot hold, and accepts it with configChanges: live', () => {
    const keys = Array.from({ length: 2_500 }, (_, index) => ({
      name: `key-${index}`,
      hash: `sha256:${index.toString(16).padStart(64, '0')}`,
    }));
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-chart-'));
    const values = join(folder, 'values.yaml');
    writeFileSync(values, JSON.stringify({ config: { auth: { keys } } }));
    expect(render('-f', values).stderr).toContain('config is larger than 200 KiB');
    expect(render('-f', values, '--set', 'configChanges=live').status).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('checks the configuration in an init container with the environment of the gateway', () => {
    const all = manifests('--set-json', 'extraEnv=[{"name":"A","value":"b"}]', '--set', 'existingSecret=mine');
    const { initContainers, containers } = find(all, 'Deployment')!.spec!.template.spec;
    const [check] = initContainers ?? [];
    expect(check).toMatchObject({
      name: 'config-check',
      args: ['dist/cli/check.js', '--one-line', '/etc/outcrop/gateway.yaml'],
    });
    const shared = ({ image, env, volumeMounts, resources }: Container) => ({ image, env, volumeMounts, resources });
    expect(shared(check!)).toEqual(shared(containers[0]));
  });

  it('shows the last log line of a failed container in its status', () => {
    const all = manifests('--set', 'emulator.enabled=true');
    const { initContainers = [], containers } = find(all, 'Deployment')!.spec!.template.spec;
    const policies = [...initContainers, ...containers].map(({ name, terminationMessagePolicy }) => [
      name,
      terminationMessagePolicy,
    ]);
    expect(Object.fromEntries(policies)).toEqual({
      'config-check': 'FallbackToLogsOnError',
      emulator: 'FallbackToLogsOnError',
      gateway: 'FallbackToLogsOnError',
    });
  });

  it('keeps the pod of helm test for --logs, with one container', () => {
    const pod = manifests().find(({ kind }) => kind === 'Pod') as unknown as {
      metadata: { annotations: Record<string, string> };
      spec: { containers: { env: { name: string; value?: string }[] }[] };
    };
    expect(pod.metadata.annotations['helm.sh/hook-delete-policy']).toBe('before-hook-creation');
    expect(pod.spec.containers).toHaveLength(1);
    expect(pod.spec.containers[0]?.env).toContainEqual({ name: 'OUTCROP_TIMEOUT_SECONDS', value: '315' });
  });

  it('does not restart pods if they reload the configuration themselves', () => {
    const template = (...helmArguments: string[]) =>
      find(manifests('--set', 'configChanges=live', ...helmArguments), 'Deployment')?.spec?.template;
    expect(template('--set', 'config.logging.level=debug')).toEqual(template());
    expect(find(manifests('--set', 'configChanges=live'), 'ConfigMap')?.data?.['gateway.yaml']).toContain('port: 8080');
    expect(template()?.metadata.annotations).toBeUndefined();
    expect(template('--set', 'podAnnotations.a=b')?.metadata.annotations).toEqual({ a: 'b' });
    expect(render('--set', 'configChanges=never').stderr).toContain('configChanges');
  });

  it('has a README generated from its values', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-chart-'));
    cpSync(CHART, folder, { recursive: true });
    execFileSync(tools!.helmDocs, ['-c', folder, '--sort-values-order', 'file', '--log-level', 'error']);
    expect(readFileSync(join(CHART, 'README.md'), 'utf8')).toBe(readFileSync(join(folder, 'README.md'), 'utf8'));
    rmSync(folder, { recursive: true });
  });

  it('stores responses in shared storage, or disables the store', () => {
    const storeOf = (...helmArguments: string[]) => {
      const text = configOf(manifests(...helmArguments));
      return (parse(text) as { responses?: { store?: string } }).responses?.store;
    };
    expect(storeOf()).toBe('off');
    expect(storeOf('--set', 'replicaCount=1,autoscaling.enabled=true')).toBe('off');
    expect(storeOf('--set', 'config.responses.store=auto,config.responses.ttlSeconds=60')).toBe('off');
    expect(storeOf('--set', 'replicaCount=1')).toBeUndefined();
    expect(storeOf('--set', 'config.redis.url=redis://redis:6379')).toBeUndefined();
    expect(storeOf('--set-json', 'config.redis.nodes=["redis-0:6379"]')).toBeUndefined();
    expect(storeOf('--set', 'extraEnv[0].name=REDIS_URL,extraEnv[0].value=redis://redis:6379')).toBeUndefined();
    expect(storeOf('--set', 'config.responses.store=memory')).toBe('memory');
  });

  it('probes the management port, which the Service does not expose', () => {
    const all = manifests();
    const [gateway] = find(all, 'Deployment')!.spec!.template.spec.containers;
    expect(gateway.ports?.map(({ containerPort }) => containerPort)).toEqual([8080, 9090]);
    expect(render().stdout.match(/path: \/health\/\w+, port: management, scheme: HTTP /g)).toHaveLength(3);
    expect(JSON.stringify(find(all, 'Service'))).not.toContain('management');
    const without = render('--set', 'config.management=null').stdout;
    expect(without.match(/path: \/health\/\w+, port: api/g)).toHaveLength(3);
    expect(without).not.toContain('management');
  });

  it('allows scrapes only from configured peers, and egress to the Bedrock endpoints', () => {
    const { stdout } = render('-f', `${CHART}/ci/networkpolicy-values.yaml`);
    const policy = parseAllDocuments(stdout)
      .map((document) => document.toJS() as { kind: string; spec: { ingress: object[]; egress: object[] } })
      .find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy?.spec.ingress[1]).toMatchObject({
      ports: [{ port: 'management' }],
      from: [
        {
          namespaceSelector: {
            matchExpressions: [
              { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['monitoring', 'observability'] },
            ],
          },
        },
        { podSelector: {} },
      ],
    });
    expect(policy?.spec.egress).toContainEqual({
      ports: [{ port: 443, protocol: 'TCP' }],
      to: [{ ipBlock: { cidr: '10.0.64.0/20' } }, { ipBlock: { cidr: '10.0.80.0/20' } }],
    });
  });

  it('has a network policy by default that follows the configuration', () => {
    const egress = (...helmArguments: string[]) =>
      parseAllDocuments(render(...helmArguments).stdout)
        .map((document) => document.toJS() as { kind: string; spec: { egress: { ports: { port: number }[] }[] } })
        .find(({ kind }) => kind === 'NetworkPolicy')
        ?.spec.egress.map(({ ports }) => [...new Set(ports.map(({ port }) => port))].join());
    expect(egress()).toEqual(['53,1053,5353', '443', '80']);
    expect(egress('--set', 'networkPolicy.enabled=false')).toBeUndefined();
    expect(egress('--set', 'networkPolicy.egress.dns.ports={53,5353}')?.[0]).toBe('53,5353');
    expect(egress('--set', 'networkPolicy.egress.podIdentity=false')).toEqual(['53,1053,5353', '443']);
    expect(egress('--set', 'networkPolicy.egress.instanceMetadata=true')).toEqual(['53,1053,5353', '443', '80', '80']);
    const peers = 'to=[{"ipBlock":{"cidr":"10.0.0.0/16"}}]';
    for (const [name, port] of [
      ['oidc', 443],
      ['postgresql', 5432],
      ['s3', 443],
      ['sts', 443],
      ['webhooks', 443],
    ]) {
      expect(egress('--set-json', `networkPolicy.egress.${name}.${peers}`)?.slice(3)).toEqual([String(port)]);
    }
    expect(egress('--set', 'config.database.url=${file:/run/secrets/outcrop/database-url}')?.at(-1)).toBe('5432');
    expect(egress('--set', 'config.database.url=postgres://database:6432/outcrop')?.at(-1)).toBe('6432');
    expect(egress(...SQLITE)).toEqual(egress());
    expect(egress('--set', 'config.redis.url=rediss://redis:6380/0')?.at(-1)).toBe('6380');
    expect(egress('--set', 'config.redis.url=${file:/run/secrets/outcrop/redis-url}')?.at(-1)).toBe('6379');
    const nodes = (...list: string[]) => ['--set-json', `config.redis.nodes=${JSON.stringify(list)}`];
    expect(egress(...nodes('a:6379', 'b:6380', 'c:6379'))?.at(-1)).toBe('6379,6380');
    expect(egress(...nodes('[fd00::1]:26379'), '--set', 'config.redis.mode=sentinel')?.at(-1)).toBe('6379,26379');
    expect(egress('--set', 'config.telemetry.endpoint=http://collector:4319')?.at(-1)).toBe('4319');
    expect(egress('--set', 'config.bedrock.endpoint=http://emulator:8090')?.[1]).toBe('443,8090');
    const variable = 'extraEnv=[{"name":"REDIS_URL","valueFrom":{"secretKeyRef":{"name":"a","key":"b"}}}]';
    expect(egress('--set-json', variable)?.at(-1)).toBe('6379');
  });

  it('requires a key for scrapes without a management port', () => {
    const helmArguments = ['--set', 'config.management=null,serviceMonitor.enabled=true'];
    expect(render(...helmArguments).stderr).toContain('metrics: true');
    const authorization = { credentials: { name: 'outcrop-metrics', key: 'api-key' } };
    const monitor = manifests(
      ...helmArguments,
      '--set-json',
      `serviceMonitor.authorization=${JSON.stringify(authorization)}`,
    )
      .map((manifest) => manifest as unknown as { kind: string; spec: { endpoints: object[] } })
      .find(({ kind }) => kind === 'ServiceMonitor');
    expect(monitor?.spec.endpoints).toMatchObject([{ port: 'api', authorization }]);
    expect(render(...helmArguments, '--set', 'config.metrics.requireKey=false').status).toBe(0);
  });

  describe('secrets in plain text', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    it.each([
      ['config.redis.url', { redis: { url: 'redis://:hunter2@redis:6379' } }],
      ['config.redis.url', { redis: { url: 'rediss://user:hunter2@redis' } }],
      ['config.redis.url', { redis: { url: 'redis://user:${PASSWORD:-hunter2}@redis' } }],
      ['config.redis.url', { redis: { url: 'redis://redis?password=hunter2' } }],
      [
        'config.thinking.sealingKeys[1].key',
        {
          thinking: {
            sealingKeys: [
              { id: 'a', key: '${KEY}' },
              { id: 'b', key },
            ],
          },
        },
      ],
      ['config.thinking.keys[0].key', { thinking: { keys: [{ id: 'a', key }] } }],
      ['config.telemetry.headers.authorization', { telemetry: { headers: { authorization: 'Bearer hunter2' } } }],
      ['config.telemetry.headers.x-tenant', { telemetry: { headers: { 'x-tenant': 'hunter2' } } }],
      ['config.telemetry.endpoint', { telemetry: { endpoint: 'https://user:hunter2@collector' } }],
      ['config.bedrock.endpoint', { bedrock: { endpoint: 'https://user:hunter2@vpce' } }],
      ['config.bedrock.accounts[0].externalId', { bedrock: { accounts: [{ externalId: 'AKIAABCDEFGHIJKLMNOP' }] } }],
      ['config.telemetry.serviceName', { telemetry: { serviceName: 'sk-abcdefghijklmnop1234' } }],
    ])('are rejected in %s', (path, config) => {
      const { status, stderr } = render('--skip-schema-validation', '--set-json', `config=${JSON.stringify(config)}`);
      expect([status, stderr]).toEqual([1, expect.stringContaining(`${path} holds a password or key in plain text`)]);
      expect(stderr).toContain('existingSecret');
      expect(stderr).not.toMatch(/hunter2|BwcHBw|AKIAABC|abcdefghijklmnop/);
    });

    it.each([
      ['AWS_SECRET_ACCESS_KEY', 'hunter2'],
      ['AWS_SESSION_TOKEN', 'hunter2'],
      ['AWS_BEARER_TOKEN_BEDROCK', 'hunter2'],
      ['AWS_ACCESS_KEY_ID', 'AKIAABCDEFGHIJKLMNOP'],
      ['REDIS_URL', 'redis://:hunter2@redis:6379'],
      ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer hunter2'],
      ['GATEWAY__TELEMETRY__HEADERS', '{authorization: hunter2}'],
      ['GATEWAY__THINKING__KEYS', '[{id: a, key: hunter2}]'],
      ['gateway__thinking', '{keys: [{id: a, key: hunter2}]}'],
      ['HTTPS_PROXY', 'http://user:hunter2@proxy:3128'],
      ['ANYTHING', 'AKIAABCDEFGHIJKLMNOP'],
    ])('are rejected in extraEnv: %s', (name, value) => {
      const { status, stderr } = render(
        '--set-json',
        `extraEnv=[{"name":"A","value":"b"},{"name":"${name}","value":"${value}"}]`,
      );
      expect([status, stderr]).toEqual([1, expect.stringContaining(`extraEnv[1] (${name}) holds a password or key`)]);
      expect(stderr).not.toMatch(/hunter2|AKIAABC/);
    });

    it('may be referenced', () => {
      const config = {
        redis: { url: 'rediss://user:${REDIS_PASSWORD}@redis:6379' },
        thinking: { keys: [{ id: 'a', key: '${file:/run/secrets/outcrop/thinking-key}' }] },
        telemetry: { headers: { authorization: 'Bearer ${OTLP_TOKEN}' } },
        auth: { keys: [{ name: 'a', hash: `sha256:${'0'.repeat(64)}` }] },
      };
      const environment = [
        { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: '/var/run/token' },
        { name: 'REDIS_URL', value: 'redis://:$(REDIS_PASSWORD)@redis:6379' },
        { name: 'AWS_REGION', value: 'eu-central-1' },
        { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'aws', key: 'secret' } } },
      ];
      const helmArguments = [`config=${JSON.stringify(config)}`, `extraEnv=${JSON.stringify(environment)}`];
      expect(render(...helmArguments.flatMap((word) => ['--set-json', word])).stderr).toBe('');
    });
  });

  const groupsOf = (...helmArguments: string[]) =>
    parseAllDocuments(render(...helmArguments).stdout)
      .map((document) => document.toJS() as { kind: string; spec: { groups: { rules: Rule[] }[] } })
      .find(({ kind }) => kind === 'PrometheusRule')!.spec.groups;

  it('writes alerts in valid PromQL, without disabled ones', () => {
    const rules = groupsOf('-f', `${CHART}/ci/hpa-streams-values.yaml`).flatMap(({ rules: found }) => found);
    for (const { expr } of rules) expect(metricsIn(expr).length).toBeGreaterThan(0);
    const names = rules.flatMap(({ alert }) => alert ?? []);
    expect(names).toContain('OutcropAvailabilityFastBurn');
    expect(names).not.toContain('OutcropCertificateExpiry');
    const recorded = rules.flatMap(({ record }) => record ?? []);
    const referenced = rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => name.includes(':'));
    expect(referenced.filter((name) => !recorded.includes(name))).toEqual([]);
    expect(JSON.stringify(rules)).not.toContain('${');
  });

  it('accepts the former name of an alert, with a warning', () => {
    const values = ['--set', 'prometheusRule.enabled=true', '--set', 'prometheusRule.disabled={OutcropErrorRatio}'];
    const names = groupsOf(...values).flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
    expect(names).toContain('OutcropThrottled');
    expect(names.filter((name) => name.includes('Availability'))).toEqual([]);
  });

  it('accepts only bounds of the histogram as objectives', () => {
    const withBound = (seconds: number) =>
      render('--set-json', `prometheusRule={"enabled":true,"objectives":{"addedFirstEventSeconds":${seconds}}}`);
    expect(withBound(1).stdout).toContain('le=~"1([.]0)?"');
    expect(withBound(0.2).stderr).toContain('/prometheusRule/objectives/addedFirstEventSeconds');
  });

  (prometheus ? it : it.skip)('writes rules that promtool accepts', () => {
    const groups = groupsOf('--set', 'prometheusRule.enabled=true', '--set', 'prometheusRule.alertLabels.team=a');
    const file = join(mkdtempSync(join(tmpdir(), 'outcrop-rules-')), 'rules.yaml');
    writeFileSync(file, JSON.stringify({ groups }));
    const checked = spawnSync(prometheus!.promtool, ['check', 'rules', '--lint-fatal', file, RULES_WITHOUT_CHART], {
      encoding: 'utf8',
    });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    expect(checked.stdout.match(/SUCCESS/g)).toHaveLength(2);
  });

  it('starts the emulator as a sidecar and uses no AWS service', () => {
    const all = manifests('--set', 'emulator.enabled=true', '--set', 'emulator.port=9999');
    expect(find(all, 'Deployment')?.spec?.template.spec.initContainers?.slice(1)).toMatchObject([
      { name: 'emulator', image: 'outcrop-emulator:0.1.0', restartPolicy: 'Always' },
    ]);
    const { bedrock } = parse(configOf(all)) as { bedrock: object };
    expect(bedrock).toEqual({ endpoint: 'http://127.0.0.1:9999', region: 'us-east-1' });
  });

  it('mounts the secret at the path in the configuration', () => {
    const pod = find(manifests('--set', 'existingSecret=mine'), 'Deployment')?.spec?.template.spec;
    expect(pod?.containers[0].volumeMounts?.map(({ mountPath }) => mountPath)).toContain('/run/secrets/outcrop');
  });

  it('leaves the number of replicas to the autoscaler', () => {
    const deployment = (...helmArguments: string[]) => find(manifests(...helmArguments), 'Deployment')?.spec;
    expect(deployment()?.replicas).toBe(2);
    expect(deployment('--set', 'autoscaling.enabled=true')?.replicas).toBeUndefined();
  });

  it('keeps a grace period of 0 seconds, accepts another, and requires numbers', () => {
    const grace = (...helmArguments: string[]) =>
      find(manifests(...helmArguments), 'Deployment')?.spec?.template.spec.terminationGracePeriodSeconds;
    expect(grace()).toBe(145);
    expect(grace('--set', 'config.shutdown.graceSeconds=0')).toBe(25);
    expect(grace('--set', 'config.shutdown.drainDelaySeconds=30')).toBe(165);
    expect(grace('--set', 'config.shutdown=null')).toBe(50);
    expect(grace('--set', 'lifecycle.preStop.sleep.seconds=7')).toBe(152);
    expect(grace('--set', 'terminationGracePeriodSeconds=77')).toBe(77);
    expect(render('--set', 'config.shutdown.graceSeconds=${GRACE}').stderr).toContain('graceSeconds must be a number');
    expect(render('--set', 'config.server.port=${PORT}').stderr).toContain('must be a number');
  });

  it('shares the process namespace of a pod unless it has containers of others', () => {
    const shared = (...helmArguments: string[]) =>
      find(manifests(...helmArguments), 'Deployment')?.spec?.template.spec.shareProcessNamespace;
    const other = ['--set', 'extraContainers[0].name=other'];
    expect(shared()).toBe(true);
    expect(shared('--set', 'shareProcessNamespace=false')).toBeUndefined();
    expect(shared(...other)).toBeUndefined();
    expect(shared(...other, '--set', 'shareProcessNamespace=true')).toBe(true);
  });

  it('needs no preStop hook, and accepts one', () => {
    const lifecycle = (...helmArguments: string[]) =>
      find(manifests(...helmArguments), 'Deployment')?.spec?.template.spec.containers[0].lifecycle;
    expect(lifecycle()).toBeUndefined();
    expect(lifecycle('--set', 'lifecycle.preStop.sleep.seconds=7')).toEqual({ preStop: { sleep: { seconds: 7 } } });
  });

  it('lets a drain evict one pod at a time, or as many as are not needed', () => {
    const budget = (...helmArguments: string[]) => find(manifests(...helmArguments), 'PodDisruptionBudget')?.spec;
    expect(budget()).toMatchObject({ maxUnavailable: 1 });
    const other = budget('--set', 'podDisruptionBudget.minAvailable=60%');
    expect([other?.minAvailable, other?.maxUnavailable]).toEqual(['60%', undefined]);
    expect(budget('--set', 'podDisruptionBudget.enabled=false')).toBeUndefined();
  });

  it('spreads the pods of each version over zones and nodes, or as configured', () => {
    const spread = (...helmArguments: string[]) =>
      find(manifests(...helmArguments), 'Deployment')?.spec?.template.spec.topologySpreadConstraints;
    const labels = { 'app.kubernetes.io/name': 'outcrop', 'app.kubernetes.io/instance': 'release' };
    const soft = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } };
    expect(spread()).toEqual(
      ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
        ...soft,
        topologyKey,
        matchLabelKeys: ['pod-template-hash'],
      })),
    );
    const hard = { maxSkew: 2, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' };
    expect(spread('--set-json', `topologySpreadConstraints=[${JSON.stringify(hard)}]`)).toEqual([
      { ...hard, labelSelector: { matchLabels: labels } },
    ]);
  });

  it.each([
    ['a setting that does not exist', 'config.retry.maxRetry=3', "'maxRetry' not allowed"],
    ['a value that the gateway rejects', 'config.retry.maxRetries=-1', '/config/retry/maxRetries'],
    ['a value of the chart that does not exist', 'replicas=3', "'replicas' not allowed"],
    ['two autoscalers', 'autoscaling.enabled=true,keda.enabled=true', 'enable one of them'],
    ['a route without a gateway', 'httpRoute.enabled=true', 'httpRoute.parentRefs'],
    ['a key in plain text', 'helmTest.apiKey=sk-mine', 'helmTest.existingSecret'],
    ['an ingress without hosts', 'ingress.enabled=true', 'ingress.hosts'],
  ])('rejects %s', (_, setting, message) => {
    const { status, stderr } = render('--set', setting);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  describe('with a database', () => {
    const podOf = (...helmArguments: string[]) => find(manifests(...helmArguments), 'Deployment')!.spec!;
    const settings = (...helmArguments: string[]) => parse(configOf(manifests(...helmArguments))) as Settings;

    it.each([
      ['two replicas', 'replicaCount=2', 'replicaCount: 1'],
      ['autoscaling', 'autoscaling.enabled=true', 'disable autoscaling'],
      ['keda', 'keda.enabled=true', 'disable autoscaling'],
      ['a rolling update', 'strategy.type=RollingUpdate', 'strategy.type: Recreate'],
      ['a Job', 'database.migrations=job', 'database.migrations to init or manual'],
    ])('rejects SQLite with %s', (_, setting, message) => {
      const { status, stderr } = render(...SQLITE, '--set', setting);
      expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
      const ownVolume = render('--set', 'replicaCount=1,config.database.url=sqlite:/data/a.sqlite', '--set', setting);
      expect([ownVolume.status, ownVolume.stderr]).toEqual([1, expect.stringContaining(message)]);
      expect(render(...POSTGRESQL, '--set', setting).stderr).not.toContain('SQLite');
    });

    it('accepts SQLite without a replica, e.g. for a restore', () => {
      expect(podOf(...SQLITE, '--set', 'replicaCount=0').replicas).toBe(0);
    });

    it('keeps SQLite on a claim that helm uninstall keeps, or on an existing one', () => {
      const all = manifests(...SQLITE);
      expect(find(all, 'PersistentVolumeClaim')?.metadata).toMatchObject({
        name: 'release-outcrop-database',
        annotations: { 'helm.sh/resource-policy': 'keep' },
      });
      const { strategy, template } = podOf(...SQLITE);
      expect(strategy).toEqual({ type: 'Recreate' });
      expect(template.spec.securityContext).toMatchObject({ fsGroup: 65532 });
      expect(settings(...SQLITE).database).toEqual({
        url: 'sqlite:/var/lib/outcrop/outcrop.sqlite',
        migrations: 'start',
      });
      const other = manifests(...SQLITE, '--set', 'database.sqlite.existingClaim=mine');
      expect(find(other, 'PersistentVolumeClaim')).toBeUndefined();
      expect(find(other, 'Deployment')!.spec!.template.spec.volumes).toContainEqual({
        name: 'database',
        persistentVolumeClaim: { claimName: 'mine' },
      });
    });

    it('lets an init container change the schema after the check of the configuration, or none', () => {
      const names = (...helmArguments: string[]) =>
        podOf(...helmArguments).template.spec.initContainers?.map(({ name }) => name);
      expect(names(...POSTGRESQL)).toEqual(['config-check', 'migrate']);
      expect(names(...SQLITE)).toEqual(['config-check', 'migrate']);
      expect(names(...POSTGRESQL, '--set', 'database.migrations=manual')).toEqual(['config-check']);
      expect(names(...POSTGRESQL, '--set', 'database.migrations=job')).toEqual(['config-check']);
      expect(names()).toEqual(['config-check']);
    });

    it('starts a gateway during an outage, which then changes the schema, unless a Job or a person does', () => {
      const commands = (containers: readonly Container[] = []) =>
        containers.filter(({ name }) => name === 'migrate').map(({ args }) => args);
      const migrate = ['dist/cli/database.js', 'migrate'];
      const pod = podOf(...POSTGRESQL).template.spec;
      expect(commands(pod.initContainers)).toEqual([[...migrate, '--skip-if-unavailable']]);
      expect(settings(...POSTGRESQL).database?.['migrations']).toBe('start');
      const withJob = manifests(...POSTGRESQL, '--set', 'database.migrations=job');
      expect(commands(find(withJob, 'Job')!.spec!.template.spec.containers)).toEqual([migrate]);
      for (const kind of ['job', 'manual']) {
        expect(settings(...POSTGRESQL, '--set', `database.migrations=${kind}`).database?.['migrations']).toBe('manual');
      }
    });

    it('uses an ordinary Job whose name changes with its pod, outside of the Service', () => {
      const job = (...helmArguments: string[]) =>
        find(manifests(...POSTGRESQL, '--set', 'database.migrations=job', ...helmArguments), 'Job')!;
      const { metadata, spec } = job();
      expect(metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '-1' });
      expect(spec).toMatchObject({ ttlSecondsAfterFinished: 86_400, template: { spec: { restartPolicy: 'Never' } } });
      expect(spec!.template.metadata).toMatchObject({
        labels: { 'app.kubernetes.io/instance': 'release', 'app.kubernetes.io/component': 'outcrop-migration' },
      });
      expect(JSON.stringify(spec!.template.metadata)).not.toContain('app.kubernetes.io/name');
      const text = spec!.template.metadata.annotations!['outcrop/gateway.yaml']!;
      expect(Object.keys(parse(text) as object)).toEqual(['database']);
      const config = buildConfig({ file: { path: 'gateway.yaml', text }, environment: {}, readFile: secret });
      expect(config.database.url).toBe('postgres://outcrop@postgresql:6432/outcrop');
      expect(job('--set', 'config.logging.level=debug').metadata.name).toBe(metadata.name);
      expect(job('--set', 'image.tag=next').metadata.name).not.toBe(metadata.name);
      expect(job('--set-json', 'database.job.ttlSecondsAfterFinished=null').spec).not.toHaveProperty(
        'ttlSecondsAfterFinished',
      );
    });

    it('keeps a copy of teams and keys for a container that starts again', () => {
      expect(settings(...POSTGRESQL).governance).toEqual({ snapshotFile: '/var/cache/outcrop/governance-snapshot' });
      expect(settings().governance).toBeUndefined();
      const own = settings(...POSTGRESQL, '--set', 'config.governance.snapshotFile=/tmp/a');
      expect(own.governance).toEqual({ snapshotFile: '/tmp/a' });
      const variable =
        'extraEnv=[{"name":"GATEWAY__DATABASE__URL","valueFrom":{"secretKeyRef":{"name":"a","key":"b"}}}]';
      expect(settings('--set-json', variable).database).toEqual({ migrations: 'start' });
    });

    it('gives the journal of the ledger a volume that is larger than its limit, except with SQLite', () => {
      const rendered = (...values: string[]): string => render(...POSTGRESQL, ...values).stdout;
      expect(settings(...POSTGRESQL).ledger).toEqual({ journalFolder: '/var/cache/outcrop-ledger' });
      expect(rendered()).toContain('mountPath: /var/cache/outcrop-ledger');
      expect(rendered()).toMatch(/name: ledger-journal\n\s+emptyDir:\n\s+sizeLimit: 160Mi/);
      expect(new GatewayConfig().ledger.journalMaxBytes).toBeLessThanOrEqual((160 - 16) * 1_048_576);
      for (const value of ['config.ledger.enabled=false', 'config.ledger.journalFolder=/var/lib/own']) {
        expect(rendered('--set', value)).not.toContain('ledger-journal');
      }
      expect(render(...SQLITE).stdout).not.toContain('ledger-journal');
    });

    it('exports the ledger by a CronJob with a network policy, except with SQLite', () => {
      const url = ['--set', 'config.ledger.export.url=s3://finance/outcrop'];
      const rendered = render(...POSTGRESQL, ...url).stdout;
      expect(rendered).toMatch(/kind: CronJob\nmetadata:\n\s+name: \S+-ledger-export\n/);
      expect(rendered).toContain('args: [dist/cli/ledger.js, export]');
      expect(rendered).toMatch(/kind: NetworkPolicy\nmetadata:\n\s+name: \S+-ledger-export\n/);
      for (const others of [
        POSTGRESQL,
        [...SQLITE, ...url],
        [...POSTGRESQL, ...url, '--set', 'config.ledger.enabled=false'],
      ]) {
        expect(render(...others).stdout).not.toContain('ledger-export');
      }
    });

    it('rejects a password in the URL', () => {
      const { stderr } = render('--set', 'config.database.url=postgres://outcrop:hunter2@database/outcrop');
      expect(stderr).toContain('config.database.url holds a password');
      expect(stderr).not.toContain('hunter2');
    });
  });

  describe('documents of the governance', () => {
    const FILES = 'governance.files={"teams.yaml":[{"kind":"Team","name":"search"}]}';
    const filesOf = (...helmArguments: string[]) =>
      (parse(configOf(manifests(...helmArguments))) as Settings).governance?.['files'];

    it('are files of a ConfigMap, whose change does not restart pods', () => {
      const all = manifests('--set-json', FILES);
      expect(find(all, 'ConfigMap')).toMatchObject({
        metadata: { name: 'release-outcrop-governance' },
        data: { 'teams.yaml': '---\nkind: Team\nname: search\n' },
      });
      expect(filesOf('--set-json', FILES)).toEqual(['/etc/outcrop-governance/*.yaml']);
      const template = (values: string) => find(manifests('--set-json', values), 'Deployment')?.spec?.template;
      expect(template(FILES.replace('search', 'sales'))).toEqual(template(FILES));
    });

    it('may be in an existing ConfigMap, and beside files of config', () => {
      const existing = ['--set', 'governance.existingConfigMap=mine,config.governance.files={/teams/*.yaml}'];
      expect(filesOf(...existing)).toEqual(['/teams/*.yaml', '/etc/outcrop-governance/*.yaml']);
      expect(find(manifests(...existing), 'ConfigMap')).toBeUndefined();
      expect(render(...existing, '--set-json', FILES).stderr).toContain('exclude each other');
      expect(render('--set-json', FILES.replace('teams.yaml', '../teams')).stderr).toContain('must end with .yaml');
    });
  });

  describe('the admin API', () => {
    const ENABLED = ['--set', 'config.admin.enabled=true'];
    const policyPorts = (...helmArguments: string[]) =>
      JSON.stringify(find(manifests(...helmArguments), 'NetworkPolicy')!.spec).match(/"port":"\w+"/g);

    it('has a port and a Service only if it is enabled', () => {
      expect(render().stdout).not.toContain('targetPort: admin');
      const services = manifests(...ENABLED).filter(({ kind }) => kind === 'Service');
      expect(services.map(({ metadata }) => metadata.name)).toEqual(['release-outcrop-admin', 'release-outcrop']);
      expect(JSON.stringify(services[1])).not.toContain('admin');
      expect(render(...ENABLED, '--set', 'config.admin.port=null').stdout).not.toContain('targetPort: admin');
      expect(render(...ENABLED, '--set', 'config.admin.port=${PORT}').stderr).toContain('must be a number');
    });

    it('adds nothing to the configuration, and so to the pods, unless its settings change', () => {
      const sections = (...helmArguments: string[]) =>
        Object.keys(parse(configOf(manifests(...helmArguments))) as object);
      expect(sections()).not.toContain('admin');
      expect(sections()).not.toContain('database');
      expect(sections(...ENABLED)).toContain('admin');
      expect(sections('--set', 'config.admin.port=8083')).toContain('admin');
      const variable = 'extraEnv=[{"name":"GATEWAY__ADMIN__ENABLED","value":"true"}]';
      expect(sections('--set-json', variable)).toContain('admin');
    });

    it('accepts connections only from configured peers', () => {
      expect(policyPorts(...ENABLED)).toEqual(['"port":"api"', '"port":"management"']);
      const peers = ['--set', 'networkPolicy.adminNamespaces={ops}'];
      expect(policyPorts(...ENABLED, ...peers)).toEqual(['"port":"api"', '"port":"management"', '"port":"admin"']);
      expect(policyPorts(...peers)).toEqual(['"port":"api"', '"port":"management"']);
    });

    it.each([
      ['without hosts', ENABLED, 'admin.ingress.hosts'],
      ['without the API', ['--set', 'admin.ingress.hosts={a.example.com}'], 'config.admin.enabled'],
    ])('rejects an ingress %s', (_, helmArguments, message) => {
      expect(render(...helmArguments, '--set', 'admin.ingress.enabled=true').stderr).toContain(message);
    });
  });

  it('uses HTTPS for its probes if the gateway does', () => {
    const { stdout } = render(
      '--set',
      'config.server.tls.certFile=/tls/tls.crt,config.server.tls.keyFile=/tls/tls.key,config.management=null',
    );
    expect(stdout.match(/scheme: HTTPS/g)).toHaveLength(3);
    expect(stdout).toContain('https://release-outcrop:80]');
  });
});
