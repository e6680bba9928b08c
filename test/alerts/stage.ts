import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { freePort } from '../support/free-port.ts';
import { GatewayProcess, type Settings } from '../support/gateway-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import {
  type AlertCase,
  type AlertGround,
  type AlertSurroundings,
  type EndOfCondition,
  KEY,
  POD,
} from './alert-case.ts';
import type { KubeState } from './kube-state.ts';
import type { ScrapedPod } from './prometheus.ts';
import { chat, startTraffic } from './traffic.ts';

const STATUS_OF_ALL = { available: 3, specified: 3 };
/** First requests load code, which takes long on a busy machine. */
const WARM_UP_REQUESTS = 5;

/** The processes of one case, before, during and after its condition. */
export class Stage {
  readonly alertCase: AlertCase;
  /** Absent for a condition of a Deployment. */
  readonly pod?: ScrapedPod;
  private readonly ground?: AlertGround;
  private readonly kubeState: KubeState;
  private stopTraffic?: () => void;

  private constructor(alertCase: AlertCase, kubeState: KubeState, ground?: AlertGround, pod?: ScrapedPod) {
    this.alertCase = alertCase;
    this.kubeState = kubeState;
    this.ground = ground;
    this.pod = pod;
  }

  /** Starts emulator and gateway, and sends first requests. Resolves with undefined if there is no server for the case. */
  static async start(alertCase: AlertCase, kubeState: KubeState, folder: string): Promise<Stage | undefined> {
    kubeState.deployments.set(alertCase.name, STATUS_OF_ALL);
    if ('replicas' in alertCase) return new Stage(alertCase, kubeState);
    const servers = await startServers(alertCase.needs);
    if (servers === undefined) return undefined;
    const emulator = await startEmulator({ paceMs: 2 });
    const surroundings = { emulator, folder: join(folder, alertCase.name), ...servers };
    mkdirSync(surroundings.folder);
    const port = await freePort();
    const gateway = await GatewayProcess.start({
      settings: withDefaults(surroundings.emulator, port, alertCase.settings?.(surroundings) ?? {}),
      environment: alertCase.environment?.(surroundings),
      keys: [{ name: 'alerts', secret: KEY }],
      compileCache: folder,
    });
    const stage = new Stage(
      alertCase,
      kubeState,
      { ...surroundings, gateway },
      { address: `127.0.0.1:${port}`, namespace: alertCase.name, pod: POD },
    );
    if (alertCase.traffic !== 'none') {
      for (let sent = 0; sent < WARM_UP_REQUESTS; sent++) await chat(gateway.origin, {});
      stage.stopTraffic = startTraffic(gateway.origin, {});
    }
    return stage;
  }

  /** Starts the condition. Returns the function that ends it. */
  provoke(): EndOfCondition | Promise<EndOfCondition> {
    if (!('replicas' in this.alertCase)) return this.alertCase.provoke(this.ground!);
    const { name, replicas } = this.alertCase;
    this.kubeState.deployments.set(name, replicas);
    return () => void this.kubeState.deployments.set(name, STATUS_OF_ALL);
  }

  async stop(): Promise<void> {
    this.stopTraffic?.();
    this.ground?.gateway.signal('SIGCONT');
    await this.ground?.gateway.stop('SIGKILL');
    await this.ground?.emulator.close();
    await this.ground?.redis?.stop();
    await this.ground?.postgres?.server.stop();
  }
}

/** Starts the servers of a case; undefined if one is not available. */
async function startServers(
  needs: 'redis' | 'postgres' | undefined,
): Promise<Pick<AlertSurroundings, 'redis' | 'postgres'> | undefined> {
  switch (needs) {
    case undefined:
      return {};
    case 'redis': {
      const redis = await startRedis();
      return redis && { redis };
    }
    case 'postgres': {
      const server = await startPostgres();
      return server && { postgres: { server, url: await server.createDatabase() } };
    }
    default:
      return needs satisfies never;
  }
}

function withDefaults(emulator: Emulator, managementPort: number, own: Settings): Settings {
  return {
    bedrock: { region: 'us-east-1', endpoint: emulator.url },
    management: { port: managementPort, host: '127.0.0.1' },
    ...own,
  };
}
