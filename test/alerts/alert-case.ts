import type { Emulator } from '../../emulator/emulator.ts';
import type { GatewayProcess, Settings } from '../support/gateway-process.ts';
import type { TestPostgres } from '../support/postgres.ts';
import type { TestRedis } from '../support/redis.ts';
import type { Replicas } from './kube-state.ts';

export const KEY = 'sk-alerts';

/** The pod label of a case: the name of the Deployment, as the rules require, with a suffix. */
export const POD = 'outcrop-7d9f-x2x4q';

/** What a case has before its gateway starts. */
export interface AlertSurroundings {
  /** In place of Bedrock. */
  readonly emulator: Emulator;
  /** Present if the case needs it. */
  readonly redis?: TestRedis;
  /** A server with an empty database. Present if the case needs it. */
  readonly postgres?: { readonly server: TestPostgres; readonly url: string };
  /** Folder of the case for files. */
  readonly folder: string;
}

/** The parts of a case: a gateway that is scraped as the only pod of a namespace. */
export interface AlertGround extends AlertSurroundings {
  readonly gateway: GatewayProcess;
}

/** Ends a condition, so that its alerts resolve. */
export type EndOfCondition = () => void | Promise<void>;

interface Condition {
  /** Unique; also the name of the namespace. */
  name: string;
  /** How the condition arises, for the table. */
  condition: string;
  /** The alerts that must fire, and no others, with their labels besides `severity`, `namespace` and `team`. */
  alerts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Queries that have a result while the alerts fire. */
  recorded?: readonly string[];
}

/** A condition of a gateway. */
export interface GatewayCondition extends Condition {
  /** `none`: no requests except those of the condition. Default: ten a second. */
  traffic?: 'none';
  /** The case is skipped, with a printed line, where the server cannot be installed. */
  needs?: 'redis' | 'postgres';
  settings?(surroundings: AlertSurroundings): Settings;
  /** Returns variables of the gateway's environment. */
  environment?(surroundings: AlertSurroundings): Record<string, string>;
  /** Starts the condition. Returns the function that ends it. */
  provoke(ground: AlertGround): EndOfCondition | Promise<EndOfCondition>;
}

/** A condition of a Deployment, as kube-state-metrics reports it. */
export interface DeploymentCondition extends Condition {
  replicas: Replicas;
}

export type AlertCase = GatewayCondition | DeploymentCondition;
