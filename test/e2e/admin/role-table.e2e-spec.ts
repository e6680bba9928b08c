import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { ADMIN_OPERATIONS } from '../../../src/api/docs/document/admin-operations.ts';
import { AdminServer } from '../../../src/http/server/admin.server.ts';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { ADMIN_KEY, adminSettings, AUDITOR_KEY, startAdminGateway, TEAM_ADMIN_KEY } from './admin-gateway.ts';

/** The roles, besides admin, that may call each route. A route without a row fails the test. */
const OTHERS: Readonly<Record<string, readonly ('auditor' | 'team-admin')[]>> = Object.fromEntries(
  Object.keys(ADMIN_OPERATIONS).map((name) => [name, expectedRoles(name)]),
);

function expectedRoles(name: string): ('auditor' | 'team-admin')[] {
  const [method, path] = name.split(' /admin/v1') as [string, string];
  if (method === 'GET')
    return /^\/(teams|applications|catalog|keys|requests|state|usage(?!\/export))/.test(path)
      ? ['auditor', 'team-admin']
      : ['auditor'];
  return /^\/(applications|keys)/.test(path) ? ['team-admin'] : [];
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startAdminGateway('');
});
afterAll(() => gateway.close());

/** Returns every route of the running router under /admin. */
function routes(): string[] {
  const { router } = gateway.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route?.path.startsWith('/admin')
      ? Object.keys(route.methods).map(
          (method) => `${method.toUpperCase()} ${route.path.replaceAll(/[:*](\w+)/g, '{$1}')}`,
        )
      : [],
  );
}
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

async function codeOf(name: string, key: string | undefined, path = (text: string) => text) {
  const [method, pattern] = name.split(' ') as [string, string];
  const answer = await fetch(gateway.url + path(pattern.replaceAll(/\{\w+\}/g, 'any')), {
    method,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  const text = await answer.text();
  return { status: answer.status, code: (JSON.parse(text || '{}') as { error?: { code: string } }).error?.code };
}

describe('the role table', () => {
  it('has a row for every route of the running router', () => {
    expect(routes().sort()).toEqual(Object.keys(OTHERS).sort());
    expect(routes().length).toBeGreaterThan(30);
  });

  it('opens each route to its roles only', async () => {
    for (const name of routes()) {
      expect([name, (await codeOf(name, undefined)).status]).toEqual([name, 401]);
      expect([name, (await codeOf(name, 'unknown')).status]).toEqual([name, 401]);
      expect([name, await codeOf(name, KEY)]).toEqual([name, { status: 403, code: 'permission_denied' }]);
      for (const [role, key] of [
        ['auditor', AUDITOR_KEY],
        ['team-admin', TEAM_ADMIN_KEY],
      ] as const) {
        const { status, code } = await codeOf(name, key);
        const isDenied = status === 403 && code === 'permission_denied';
        expect([name, role, isDenied]).toEqual([name, role, !OTHERS[name]!.includes(role)]);
      }
      expect([name, [401, 403].includes((await codeOf(name, ADMIN_KEY)).status)]).toEqual([name, false]);
    }
  });

  it('holds for other spellings of the paths and for HEAD', async () => {
    const spellings = [
      (path: string) => `${path}/`,
      (path: string) => path.replace('admin', 'ADMIN'),
      (path: string) => path.replace('admin', '%61dmin'),
      (path: string) => `/${path}`,
      (path: string) => path.replace('/v1/', '/v1/./'),
    ];
    for (const name of routes()) {
      for (const spelling of spellings) {
        const { status } = await codeOf(name, KEY, spelling);
        expect([name, spelling('/admin/v1/x'), [401, 403, 404, 405].includes(status)]).toEqual([
          name,
          spelling('/admin/v1/x'),
          true,
        ]);
      }
      if (!name.startsWith('GET')) continue;
      expect([name, (await codeOf(name.replace('GET', 'HEAD'), KEY)).status]).toEqual([name, 403]);
    }
  });

  it('answers changes without a database with the setting to change', async () => {
    const answer = await gateway.send('/admin/v1/teams/x', {
      method: 'PUT',
      body: {},
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('database.url')]);
  });
});

/** Returns the status of a request whose target is not only a path (RFC 9112, section 3.2.2), which `fetch` cannot send. */
async function statusOfTarget(url: string, target: string, key = ADMIN_KEY): Promise<number | undefined> {
  const sent = httpRequest(url, { path: target, headers: { authorization: `Bearer ${key}` } }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

describe('a gateway', () => {
  it('without the admin API does not know its paths', async () => {
    const plain = await startGateway();
    const texts = await Promise.all(
      ['/admin/v1/teams', '/other/v1/teams'].map(async (path) => (await plain.send(path)).text()),
    );
    expect(texts[0]!.replace('admin', 'other')).toBe(texts[1]);
    expect(texts[0]).toContain('unknown_url');
    await plain.close();
  });

  it('with a port for the admin API serves it there only, and nothing else there', async () => {
    const separate = await startGateway(
      adminSettings('').replace('enabled: true', "enabled: true, port: 0, host: '127.0.0.1'"),
    );
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    for (const method of ['GET', 'POST', 'PATCH', 'OPTIONS']) {
      const [hidden, unknown] = await Promise.all(
        ['/admin/v1/teams', '/other/v1/teams'].map((path) => separate.send(path, { method, headers })),
      );
      expect([method, hidden!.status]).toEqual([method, unknown!.status]);
      expect((await hidden!.text()).replace('admin', 'other')).toBe(await unknown!.text());
    }
    for (const scheme of ['http', 'HTTP', 'https', 'ftp']) {
      for (const path of ['/admin/v1/teams', '/ADMIN/v1/teams?limit=1', '/admin']) {
        const target = `${scheme}://other.example:8082${path}`;
        expect([target, await statusOfTarget(separate.url, target)]).toEqual([target, 404]);
      }
      expect(await statusOfTarget(separate.url, `${scheme}://other.example/v1/models`, KEY)).toBe(200);
    }
    const admin = `http://127.0.0.1:${separate.app.get(AdminServer, { strict: false }).port}`;
    expect(await statusOfTarget(admin, 'http://other.example/admin/v1/teams')).toBe(200);
    expect(await statusOfTarget(admin, 'http://other.example/v1/models', KEY)).toBe(404);
    expect((await fetch(`${admin}/admin/v1/teams`, { headers })).status).toBe(200);
    expect((await fetch(`${admin}/v1/models`, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(404);
    await separate.close();
  });
});
