import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { type ReloadingGateway, startReloading } from '../../support/reloading-gateway.ts';

const ADMIN_SECRET = 'admin-key-of-the-replicas';
/** The key of `auth.keys` and the one of `governance.files`. */
const FILE_SECRETS = ['sk-of-auth', 'sk-of-files'];
const CHAT = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };
/** Milliseconds after which an answer of the admin API counts as missing; twice `database.timeoutMs` and more. */
const BOUND_MS = 10_000;
const PATIENCE_MS = 120_000;

export const DATABASE_TIMEOUT_MS = 2_000;

/** What a load has received. */
export interface LoadResult {
  sent: number;
  /** Status and code of each answer that was not 200. */
  refused: string[];
}

/** Replicas of one database, with keys of `auth.keys`, of `governance.files` and of the database under load. */
export class GovernedReplicas {
  private readonly folder = mkdtempSync(join(tmpdir(), 'outcrop-replicas-'));
  private readonly secrets = [...FILE_SECRETS];
  private readonly load: LoadResult = { sent: 0, refused: [] };
  private loops: Promise<void>[] = [];
  private isLoading = false;
  private gateways: ReloadingGateway[] = [];

  private constructor(private readonly url: string) {}

  static async start(url: string, count: number): Promise<GovernedReplicas> {
    const replicas = new GovernedReplicas(url);
    const hash = hashApiKey(FILE_SECRETS[1]!);
    const documents = `kind: Team\nname: files\n---\nkind: Key\nname: of-files\nteam: files\nsecrets: [{hash: '${hash}'}]\n`;
    writeFileSync(join(replicas.folder, 'access.yaml'), documents);
    for (let index = 0; index < count; index += 1) {
      replicas.gateways.push(await startReloading(replicas.settings([])));
    }
    return replicas;
  }

  get first(): ReloadingGateway {
    return this.gateways[0]!;
  }

  /** Creates a key by the API of the first replica, and waits until each replica accepts it. Returns its secret. */
  async createKey(name: string): Promise<string> {
    let secret: unknown;
    let free = name;
    await this.eventually(`the key ${name} is created`, async () => {
      const { status, body } = await this.administer('POST', '/keys', { name: free });
      secret = body['secret'];
      // The database can have committed a change whose answer came too late.
      if (status === 409) free += '-again';
      return status === 201;
    });
    await this.everywhere(
      `the key ${name} is accepted`,
      async (gateway) => (await chat(gateway, String(secret))) === '200',
    );
    return String(secret);
  }

  /** Sends a request to the admin API of a replica. Rejects if it takes longer than the bound. */
  async administer(
    method: string,
    path: string,
    body?: unknown,
    gateway = this.first,
  ): Promise<{ status: number; body: Record<string, unknown>; code?: string }> {
    const answer = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_SECRET}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(BOUND_MS),
    });
    const parsed = (await answer.json()) as Record<string, unknown> & { error?: { code: string } };
    return { status: answer.status, body: parsed, code: parsed.error?.code };
  }

  /** Revokes keys by `auth.revoked` of the configuration file, and waits until no replica accepts the secret. */
  async revokeByFile(secret: string): Promise<void> {
    for (const gateway of this.gateways) gateway.write(this.settings([hashApiKey(secret)]));
    await this.everywhere('the key is revoked by the file', async (gateway) => {
      return (await chat(gateway, secret)) === '401 api_key_revoked';
    });
  }

  /** Returns the status of `/health/ready` of each replica. */
  readiness(): Promise<number[]> {
    return Promise.all(this.gateways.map(async (gateway) => (await gateway.send('/health/ready', 'none')).status));
  }

  /** Sends requests to each replica with each key, one after another, until `endLoad`. */
  startLoad(...secrets: readonly string[]): void {
    this.isLoading = true;
    this.load.refused = [];
    this.loops = this.gateways.flatMap((gateway) =>
      [...this.secrets, ...secrets].map(async (secret) => {
        while (this.isLoading) {
          const outcome = await chat(gateway, secret);
          this.load.sent += 1;
          if (outcome !== '200') this.load.refused.push(`${secret}: ${outcome}`);
        }
      }),
    );
  }

  /** Waits until the load has got `count` further answers, and for `ms`. */
  async underLoad(count: number, ms: number): Promise<void> {
    const { sent } = this.load;
    await sleep(ms);
    await this.eventually('the load continues', async () => this.load.sent >= sent + count);
  }

  async endLoad(): Promise<LoadResult> {
    this.isLoading = false;
    await Promise.all(this.loops);
    return { ...this.load };
  }

  async close(): Promise<void> {
    await this.endLoad();
    for (const gateway of this.gateways) await gateway.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits until a condition holds. Throws after two minutes, because a statement of SQLite that hangs uses a core. */
  async eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(50)) {
      if (await condition()) return;
    }
    throw new Error(`timed out waiting until ${what}`);
  }

  private async everywhere(what: string, condition: (gateway: ReloadingGateway) => Promise<boolean>): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => this.eventually(what, () => condition(gateway))));
  }

  private settings(revoked: readonly string[]): string {
    return JSON.stringify({
      logging: { level: 'silent' },
      auth: { keys: [{ name: 'of-auth', hash: hashApiKey(FILE_SECRETS[0]!) }], revoked },
      database: { url: this.url, timeoutMs: DATABASE_TIMEOUT_MS },
      governance: { files: [join(this.folder, '*.yaml')] },
      admin: { enabled: true, keys: [{ name: 'root', hash: hashApiKey(ADMIN_SECRET) }] },
    });
  }
}

/** Sends a chat request. Returns the status, and the code of an error. */
async function chat(gateway: ReloadingGateway, secret: string): Promise<string> {
  const answer = await gateway.send('/v1/chat/completions', secret, CHAT);
  const { error } = (await answer.json()) as { error?: { code: string } };
  return error === undefined ? String(answer.status) : `${answer.status} ${error.code}`;
}
