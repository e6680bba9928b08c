import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const INSTALL_MS = 120_000;
const SHIPPED = 'deploy/nginx/outcrop.conf';
const SHIPPED_SERVERS = /( +server 127\.0\.0\.1:\d+ .*\n)+/;

/**
 * Returns true if nginx is available. Installs Debian's package where the test may, and prints a line if that fails.
 */
export async function nginxIsThere(): Promise<boolean> {
  const works = () =>
    run('nginx', ['-v']).then(
      () => true,
      () => false,
    );
  if (await works()) return true;
  const options = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  if (process.getuid?.() === 0) {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'nginx-light'], options).catch(() => undefined);
  }
  if (await works()) return true;
  console.warn('nginx cases are skipped: no nginx on PATH, and it could not be installed with apt-get.');
  return false;
}

/** The shipped configuration file in a real nginx, with ports, certificate and folders of the test. */
export class Nginx {
  readonly port: number;
  private readonly folder: string;
  private server?: ChildProcess;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts nginx; resolves before it responds. `replicas` are ports on this machine. */
  static async start(replicas: readonly number[]): Promise<Nginx> {
    const nginx = new Nginx(await mkdtemp(join(tmpdir(), 'outcrop-nginx-')), await freePort());
    await nginx.prepare();
    await nginx.write(replicas, []);
    const { folder } = nginx;
    nginx.server = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'error.log')]);
    return nginx;
  }

  /** Path of the certificate, which is valid for localhost. */
  get certificate(): string {
    return join(this.folder, 'tls.crt');
  }

  /** Removes replicas from the upstream or adds them again and reloads, as a deployment does. */
  async reload(replicas: readonly number[], down: readonly number[]): Promise<void> {
    await this.write(replicas, down);
    this.server?.kill('SIGHUP');
  }

  /** Returns the error log of nginx. */
  complaints(): Promise<string> {
    return readFile(join(this.folder, 'error.log'), 'utf8');
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.server?.once('exit', resolve));
    this.server?.kill('SIGTERM');
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async write(replicas: readonly number[], down: readonly number[]): Promise<void> {
    const shipped = await readFile(SHIPPED, 'utf8');
    const parameters = /server 127\.0\.0\.1:8080 (.*);/.exec(shipped)?.[1];
    const servers = replicas.map(
      (port) => `    server 127.0.0.1:${port} ${parameters}${down.includes(port) ? ' down' : ''};\n`,
    );
    const adapted = shipped
      .replace(SHIPPED_SERVERS, servers.join(''))
      .replace('listen 443 ssl;', `listen 127.0.0.1:${this.port} ssl;`)
      .replace('listen [::]:443 ssl;', '')
      .replace('/etc/nginx/tls/outcrop.crt', join(this.folder, 'tls.crt'))
      .replace('/etc/nginx/tls/outcrop.key', join(this.folder, 'tls.key'));
    await writeFile(join(this.folder, 'outcrop.conf'), adapted);
  }

  /** Writes the configuration around the shipped file, and the certificate. */
  private async prepare(): Promise<void> {
    const { folder } = this;
    const [crt, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const certificate = 'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost'.split(' ');
    await run('openssl', [...certificate, '-keyout', key, '-out', crt]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const around = `daemon off; pid ${folder}/pid; ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {} http { access_log off; ${temporary.join(' ')} include ${folder}/outcrop.conf; }`;
    await writeFile(join(folder, 'nginx.conf'), around);
  }
}
