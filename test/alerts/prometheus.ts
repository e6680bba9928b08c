import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../support/free-port.ts';

const START_PATIENCE_MS = 30_000;

/** An alert as Prometheus reports it. */
export interface ActiveAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: 'pending' | 'firing';
}

/** A process to scrape, with the labels that a PodMonitor adds. */
export interface ScrapedPod {
  address: string;
  namespace: string;
  pod: string;
}

export interface PrometheusOptions {
  program: string;
  folder: string;
  pods: readonly ScrapedPod[];
  /** Address of the server in place of kube-state-metrics. */
  kubeState: string;
  /** Contents of rule files. */
  rules: readonly string[];
}

/** A Prometheus that scrapes and evaluates every second. */
export class Prometheus {
  private readonly origin: string;
  private readonly child: ChildProcess;
  private output = '';

  private constructor(origin: string, child: ChildProcess) {
    this.origin = origin;
    this.child = child;
    child.stderr!.on('data', (part: Buffer) => (this.output += String(part)));
  }

  /** Resolves when the process is ready. Rejects with its output if it ends first. */
  static async start({ program, folder, pods, kubeState, rules }: PrometheusOptions): Promise<Prometheus> {
    const port = await freePort();
    const ruleFiles = rules.map((text, index) => {
      const file = join(folder, `rules-${index}.yaml`);
      writeFileSync(file, text);
      return file;
    });
    const configuration = join(folder, 'prometheus.yaml');
    mkdirSync(join(folder, 'data'));
    writeFileSync(
      configuration,
      stringify({
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
        rule_files: ruleFiles,
        scrape_configs: [
          {
            job_name: 'outcrop',
            static_configs: pods.map(({ address, namespace, pod }) => ({
              targets: [address],
              labels: { namespace, pod },
            })),
          },
          { job_name: 'kube-state-metrics', honor_labels: true, static_configs: [{ targets: [kubeState] }] },
        ],
      }),
    );
    const child = spawn(
      program,
      [
        `--config.file=${configuration}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child);
    await prometheus.ready();
    return prometheus;
  }

  /** Returns all pending and firing alerts. */
  async alerts(): Promise<ActiveAlert[]> {
    const response = await fetch(`${this.origin}/api/v1/alerts`);
    return ((await response.json()) as { data: { alerts: ActiveAlert[] } }).data.alerts;
  }

  /** Evaluates a query. Returns the number of series in its result. */
  async query(query: string): Promise<number> {
    const response = await fetch(`${this.origin}/api/v1/query?query=${encodeURIComponent(query)}`);
    return ((await response.json()) as { data: { result: unknown[] } }).data.result.length;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exited;
  }

  private async ready(): Promise<void> {
    const until = performance.now() + START_PATIENCE_MS;
    while (!(await fetch(`${this.origin}/-/ready`).catch(() => undefined))?.ok) {
      if (this.child.exitCode !== null || performance.now() > until) {
        throw new Error(`Prometheus does not start:\n${this.output}`);
      }
      await sleep(100);
    }
  }
}
