/*
 * `helm test`: checks an installed gateway. Without an API key it checks authentication and metrics; with an API key also
 * models, a chat and a stream. `node acceptance.mjs URL [METRICS_URL]` with OUTCROP_API_KEY and OUTCROP_MODEL.
 */
const TIMEOUT_MS = 60_000;

const [url, metricsUrl = url] = process.argv.slice(2);
const key = process.env.OUTCROP_API_KEY ?? '';
const model = process.env.OUTCROP_MODEL ?? 'claude-haiku-4-5';
// The certificate does not have the name of the Service.
if (url.startsWith('https:')) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const chat = { model, max_tokens: 16, messages: [{ role: 'user', content: 'Say hello.' }] };

await check('requests without a key are rejected', async () => {
  const answer = await send('/v1/models', { key: '' });
  expect(answer.status === 401, `status ${answer.status} instead of 401`);
});

if (key === '') {
  console.log('skipped: models, a chat, a stream (no API key: set helmTest.existingSecret)');
} else {
  await check('models are listed', async () => {
    const { data } = await withStatus200(await send('/v1/models')).json();
    expect(data.length > 0, 'the list is empty');
  });
  await check(`${model} answers a chat`, async () => {
    const { choices } = await withStatus200(await send('/v1/chat/completions', { body: chat })).json();
    expect(choices[0].message.content.length > 0, 'the answer is empty');
  });
  await check(`${model} answers a stream`, async () => {
    const text = await withStatus200(await send('/v1/chat/completions', { body: { ...chat, stream: true } })).text();
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
  expect((await withStatus200(answer).text()).includes('outcrop_build_info'), 'outcrop_build_info is missing');
});

async function send(path, { key: usedKey = key, body } = {}) {
  return fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...(usedKey !== '' && { authorization: `Bearer ${usedKey}` }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

function withStatus200(answer) {
  expect(answer.status === 200, `status ${answer.status}`);
  return answer;
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
