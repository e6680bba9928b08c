/*
 * `helm test`: checks an installed gateway. Without an API key it checks authentication and metrics; with an API key also
 * models, a chat and a stream. `node acceptance.mjs URL [METRICS_URL]` with OUTCROP_API_KEY, OUTCROP_MODEL and
 * OUTCROP_TIMEOUT_SECONDS.
 */

/** The rules of a network policy take effect some seconds after the start of a pod. */
const READY_WITHIN_MS = 30_000;
const RETRY_MS = 500;
/** Longer than the time limit of the gateway, so that a failure is an answer of the gateway. */
const TIMEOUT_MS = Number(process.env.OUTCROP_TIMEOUT_SECONDS ?? 315) * 1000;

const [url, metricsUrl = url] = process.argv.slice(2);
const key = process.env.OUTCROP_API_KEY ?? '';
const model = process.env.OUTCROP_MODEL ?? 'claude-haiku-4-5';
// The certificate does not have the name of the Service.
if (url.startsWith('https:')) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const chat = { model, max_tokens: 16, messages: [{ role: 'user', content: 'Say hello.' }] };

await check('the gateway is ready', waitUntilReady);

if (process.exitCode) process.exit();

await check('requests without a key are rejected', async () => {
  const answer = await send('/v1/models', { key: '' });
  if (answer.status !== 401) throw new Error(`instead of status 401, the answer is ${await describe(answer)}`);
});

if (key === '') {
  console.log('skipped: models, a chat, a stream (no API key: set helmTest.existingSecret)');
} else {
  await check('models are listed', async () => {
    const { data } = await (await withStatus200(await send('/v1/models'))).json();
    expect(data.length > 0, 'the list is empty');
  });
  await check(`${model} answers a chat`, async () => {
    const { choices } = await (await withStatus200(await send('/v1/chat/completions', { body: chat }))).json();
    expect(choices[0].message.content.length > 0, 'the answer is empty');
  });
  await check(`${model} answers a stream`, async () => {
    const answer = await withStatus200(await send('/v1/chat/completions', { body: { ...chat, stream: true } }));
    const text = await answer.text();
    expect(text.endsWith('data: [DONE]\n\n'), `the stream ended in ${JSON.stringify(text.slice(-80))}`);
  });
}

await check('metrics are served, or rejected for this key', async () => {
  const answer = await fetch(`${metricsUrl}/metrics`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // Without a management port, metrics require a key with metrics: true.
  if ((key === '' && answer.status === 401) || (key !== '' && answer.status === 403)) return;
  expect((await (await withStatus200(answer)).text()).includes('outcrop_build_info'), 'outcrop_build_info is missing');
});

async function send(path, { key: usedKey = key, body } = {}) {
  return fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...(usedKey !== '' && { authorization: `Bearer ${usedKey}` }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

async function withStatus200(answer) {
  if (answer.status !== 200) throw new Error(await describe(answer));
  return answer;
}

/** Returns status, code and message of an error. */
async function describe(answer) {
  const text = await answer.text();
  const { code, type, message } = errorIn(text);
  const reason = [code ?? type, message ?? text.slice(0, 500)].filter(Boolean).join(': ');
  return reason === '' ? `status ${answer.status}` : `status ${answer.status}, ${reason}`;
}

function errorIn(text) {
  try {
    return JSON.parse(text).error ?? {};
  } catch {
    return {};
  }
}

async function waitUntilReady() {
  const end = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      return await withStatus200(await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(READY_WITHIN_MS) }));
    } catch (error) {
      if (performance.now() + RETRY_MS > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function check(name, work) {
  try {
    await work();
    console.log(`ok: ${name}`);
  } catch (error) {
    console.error(`FAILED: ${name}: ${error.cause?.message ?? error.message}`);
    process.exitCode = 1;
  }
}
