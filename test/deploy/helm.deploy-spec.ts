import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { buildConfig } from '../../src/config/load-config.ts';
import { goTools } from './go-tools.ts';

const CHART = 'helm/outcrop';
const KUBERNETES = ['--kube-version', '1.34.0'];
const tools = await goTools();

interface Container {
  name: string;
  image: string;
  ports?: { containerPort: number }[];
  lifecycle?: object;
  securityContext: object;
  volumeMounts?: { mountPath: string }[];
}

interface Manifest {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
  spec?: {
    replicas?: number;
    maxUnavailable?: number | string;
    minAvailable?: number | string;
    template: {
      metadata: { annotations?: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        topologySpreadConstraints: object[];
        securityContext: object;
        containers: [Container];
        initContainers?: Container[];
      };
    };
  };
}

const render = (...words: string[]) =>
  spawnSync(tools!.helm, ['template', 'release', CHART, '--namespace', 'outcrop', ...KUBERNETES, ...words], {
    encoding: 'utf8',
  });
const manifests = (...words: string[]) =>
  parseAllDocuments(render(...words).stdout).map((document) => document.toJS() as Manifest);
const find = (all: Manifest[], kind: string) => all.find((manifest) => manifest.kind === kind);

(tools ? describe : describe.skip)('helm/outcrop, rendered', () => {
  describe.each(readdirSync(`${CHART}/ci`))('with ci/%s', (file) => {
    const values = ['-f', `${CHART}/ci/${file}`];

    it('passes helm lint --strict', () => {
      const linted = spawnSync(tools!.helm, ['lint', '--strict', CHART, ...KUBERNETES, ...values], {
        encoding: 'utf8',
      });
      expect([linted.status, linted.stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
    });

    it('is what Kubernetes decodes', () => {
      const rendered = render(...values);
      expect(rendered.stderr).toBe('');
      const decoded = execFileSync(tools!.kubestrict, { input: rendered.stdout, encoding: 'utf8' });
      expect(decoded.trim().split('\n').sort()).toMatchSnapshot();
    });

    it('configures a gateway that starts, on the port that Kubernetes asks', () => {
      const all = manifests(...values);
      const text = find(all, 'ConfigMap')?.data?.['gateway.yaml'] ?? '';
      const environment = { BEDROCK_ENDPOINT: 'https://bedrock.example.com' };
      const config = buildConfig({ file: { path: file, text }, environment, readFile: () => 'redis://redis:6379' });
      const pod = find(all, 'Deployment')?.spec?.template.spec;
      expect(pod?.containers[0].ports?.[0]?.containerPort).toBe(config.server.port);
      const { drainDelaySeconds, graceSeconds } = config.shutdown;
      expect(pod?.terminationGracePeriodSeconds).toBe(drainDelaySeconds + graceSeconds + 15);
    });

    it('asks for nothing that the restricted pod security standard denies', () => {
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

  it('is checked by a decoder that knows mistakes when it sees them', () => {
    const decode = (input: string) => spawnSync(tools!.kubestrict, { input, encoding: 'utf8' });
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n';
    expect(decode(service)).toMatchObject({ status: 0, stdout: 'Service a\n' });
    expect(decode(service.replace('ports', 'porst')).stderr).toContain('unknown field "spec.porst"');
    expect(decode(service.replace('80', 'eighty')).status).toBe(1);
    expect(decode(service.replace('Service', 'Servant')).status).toBe(1);
  });

  it('makes other pods when the configuration changes, and only then', () => {
    const checksum = (...words: string[]) =>
      find(manifests(...words), 'Deployment')?.spec?.template.metadata.annotations?.['checksum/config'];
    expect(checksum('--set', 'config.logging.level=debug')).not.toBe(checksum());
    expect(checksum('--set', 'replicaCount=3')).toBe(checksum());
  });

  it('leaves the pods as they are where they take over changes themselves', () => {
    const template = (...words: string[]) =>
      find(manifests('--set', 'configChanges=live', ...words), 'Deployment')?.spec?.template;
    expect(template('--set', 'config.logging.level=debug')).toEqual(template());
    expect(template()?.metadata.annotations).toBeUndefined();
    expect(template('--set', 'podAnnotations.a=b')?.metadata.annotations).toEqual({ a: 'b' });
    expect(render('--set', 'configChanges=never').stderr).toContain('configChanges');
  });

  it('starts the emulator beside the gateway and nothing else of AWS', () => {
    const all = manifests('--set', 'emulator.enabled=true', '--set', 'emulator.port=9999');
    expect(find(all, 'Deployment')?.spec?.template.spec.initContainers).toMatchObject([
      { name: 'emulator', image: 'outcrop-emulator:0.1.0', restartPolicy: 'Always' },
    ]);
    const { bedrock } = parse(find(all, 'ConfigMap')?.data?.['gateway.yaml'] ?? '') as { bedrock: object };
    expect(bedrock).toEqual({ endpoint: 'http://127.0.0.1:9999', region: 'us-east-1' });
  });

  it('mounts the secret where the configuration looks for it', () => {
    const pod = find(manifests('--set', 'existingSecret=mine'), 'Deployment')?.spec?.template.spec;
    expect(pod?.containers[0].volumeMounts?.map(({ mountPath }) => mountPath)).toContain('/run/secrets/outcrop');
  });

  it('leaves the number of replicas to the autoscaler', () => {
    const deployment = (...words: string[]) => find(manifests(...words), 'Deployment')?.spec;
    expect(deployment()?.replicas).toBe(2);
    expect(deployment('--set', 'autoscaling.enabled=true')?.replicas).toBeUndefined();
  });

  it('keeps 0 seconds of grace, takes another grace period, and asks for numbers', () => {
    const grace = (...words: string[]) =>
      find(manifests(...words), 'Deployment')?.spec?.template.spec.terminationGracePeriodSeconds;
    expect(grace()).toBe(145);
    expect(grace('--set', 'config.shutdown.graceSeconds=0')).toBe(25);
    expect(grace('--set', 'config.shutdown.drainDelaySeconds=30')).toBe(165);
    expect(grace('--set', 'config.shutdown=null')).toBe(50);
    expect(grace('--set', 'lifecycle.preStop.sleep.seconds=7')).toBe(152);
    expect(grace('--set', 'terminationGracePeriodSeconds=77')).toBe(77);
    expect(render('--set', 'config.shutdown.graceSeconds=${GRACE}').stderr).toContain('graceSeconds must be a number');
    expect(render('--set', 'config.server.port=${PORT}').stderr).toContain('must be a number');
  });

  it('needs no preStop hook, and takes one', () => {
    const lifecycle = (...words: string[]) =>
      find(manifests(...words), 'Deployment')?.spec?.template.spec.containers[0].lifecycle;
    expect(lifecycle()).toBeUndefined();
    expect(lifecycle('--set', 'lifecycle.preStop.sleep.seconds=7')).toEqual({ preStop: { sleep: { seconds: 7 } } });
  });

  it('lets a node take one pod at a time, or as many as are not needed', () => {
    const budget = (...words: string[]) => find(manifests(...words), 'PodDisruptionBudget')?.spec;
    expect(budget()).toMatchObject({ maxUnavailable: 1 });
    const other = budget('--set', 'podDisruptionBudget.minAvailable=60%');
    expect([other?.minAvailable, other?.maxUnavailable]).toEqual(['60%', undefined]);
    expect(budget('--set', 'podDisruptionBudget.enabled=false')).toBeUndefined();
  });

  it('spreads the pods of each version over zones and nodes, or as it is told', () => {
    const spread = (...words: string[]) =>
      find(manifests(...words), 'Deployment')?.spec?.template.spec.topologySpreadConstraints;
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
    ['a value that the gateway refuses', 'config.retry.maxRetries=-1', '/config/retry/maxRetries'],
    ['a value of the chart that does not exist', 'replicas=3', "'replicas' not allowed"],
    ['an ingress without hosts', 'ingress.enabled=true', 'ingress.hosts'],
  ])('refuses %s', (_, setting, message) => {
    const { status, stderr } = render('--set', setting);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('speaks HTTPS with its probes when the gateway does', () => {
    const { stdout } = render(
      '--set',
      'config.server.tls.certFile=/tls/tls.crt,config.server.tls.keyFile=/tls/tls.key',
    );
    expect(stdout.match(/scheme: HTTPS/g)).toHaveLength(3);
    expect(stdout).toContain('https://release-outcrop:80/health/ready');
  });
});
