import { createServer } from 'node:net';
import { connect } from 'node:net';
import { inflateSync } from 'node:zlib';
import { GatewayError } from './errors.ts';
import { describeError, reasonOf } from './described-error.ts';

const SECRET = 'XQ7-SECRET-XQ7';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('describeError', () => {
  const failures: Record<string, () => unknown> = {
    'JSON.parse': () => JSON.parse(`{"a": ${SECRET}}`),
    'a type error that quotes a value': () => Object.assign(SECRET, { 0: 1 }),
    'a big integer': () => BigInt(SECRET),
    'an argument of Node': () => inflateSync(Object(SECRET) as never),
    'a refusal of AWS': () => {
      const message = `Malformed: ${SECRET}`;
      throw new GatewayError({ code: 'model_error', message, exception: 'ModelErrorException' });
    },
    'a failure with a safe code that AWS named': () => {
      throw new GatewayError({ code: 'timeout', message: SECRET, exception: 'ModelTimeoutException' });
    },
    'a cause': () => {
      throw new Error('outer', { cause: new Error(SECRET, { cause: SECRET }) });
    },
    'a message that imitates frames': () => {
      throw new Error(`x\n    at ${SECRET} (file:///x.js:1:1)\n    at y (file:///${SECRET}.js:1:1)`);
    },
    'a message that was changed after its stack was taken': () => {
      const error = new Error(`${SECRET} one`);
      error.message = 'two';
      throw error;
    },
    'an undici error of an argument': () => {
      throw Object.assign(new Error(`invalid header ${SECRET}`), { code: 'UND_ERR_INVALID_ARG' });
    },
    'properties of libraries': () => {
      throw Object.assign(new Error('x'), { body: SECRET, request: { headers: SECRET } });
    },
    'several errors in one': () => {
      throw new AggregateError([new Error(SECRET)], SECRET);
    },
  };

  it.each(Object.keys(failures))('shows no content: %s', (name) => {
    const error = thrownBy(failures[name]!);
    expect(JSON.stringify(describeError(error))).not.toContain(SECRET);
    expect(reasonOf(error as Error)).not.toContain(SECRET);
  });

  it('keeps name, code and frames', () => {
    const described = describeError(thrownBy(failures['JSON.parse']!));
    expect(described).toMatchObject({
      name: 'SyntaxError',
      message: expect.stringMatching(/^\(\d+ characters, not logged\)$/),
      stack: expect.stringContaining('described-error.spec.ts:'),
    });
  });

  it('keeps messages that cannot contain content: of the system, of credentials, of the gateway', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });
    const refused = await new Promise<Error>((resolve) => connect(port, '127.0.0.1').on('error', resolve));
    expect(describeError(refused)).toMatchObject({
      code: 'ECONNREFUSED',
      message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    const credentials = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    expect(describeError(credentials)).toMatchObject({ message: 'Could not load credentials' });
    const own = new GatewayError({ status: 504, type: 'server_error', code: 'timeout', message: 'Too late.' });
    expect(describeError(own)).toMatchObject({ message: 'Too late.' });
  });

  it('ends for causes that refer to one another', () => {
    const error = new Error('one');
    error.cause = new Error('two', { cause: error });
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(50_000);
  });
});
