/**
 * What helm test asks of an installed gateway: health, and with an API key models, a chat, a stream and metrics.
 * `node acceptance.mjs URL [METRICS_URL]`; OUTCROP_API_KEY and OUTCROP_MODEL come from the environment.
 */
const TIMEOUT_MS = 60_000;

const [url, metricsUrl = url] = process.argv.slice(2);
const key = process.env.OUTCROP_API_KEY ?? '';
const model = process.env.OUTCROP_MODEL ?? 'claude-haiku-4-5';
// Inside the cluster the certificate's names are not the Service's.
if (url.startsWith('https:')) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const chat = { model, max_tokens: 16, messages: [{ role: 'user', content: 'Say hello.' }] };

await check('nobody is let in without a key', async () => {
  const answer = await ask('/v1/models', { key: '' });
  expect(answer.status === 401, `status ${answer.status} in place of 401`);
});

if (key === '') {
  console.log('skipped: models, a chat, a stream (no API key: set helmTest.existingSecret)');
} else {
  await check('models are listed', async () => {
    const { data } = await good(await ask('/v1/models')).json();
    expect(data.length > 0, 'the list is empty');
  });
  await check(`${model} answers a chat`, async () => {
    const { choices } = await good(await ask('/v1/chat/completions', { body: chat })).json();
    expect(choices[0].message.content.length > 0, 'the answer is empty');
  });
  await check(`${model} answers a stream`, async () => {
    const text = await good(await ask('/v1/chat/completions', { body: { ...chat, stream: true } })).text();
    expect(text.endsWith('data: [DONE]\n\n'), `the stream ended in ${JSON.stringify(text.slice(-80))}`);
  });
}

await check('metrics are served, or refused to this key', async () => {
  const answer = await fetch(`${metricsUrl}/metrics`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // On the clients' port they require a key, and one with metrics: true.
  if ((key === '' && answer.status === 401) || (key !== '' && answer.status === 403)) return;
  expect((await good(answer).text()).includes('outcrop_build_info'), 'outcrop_build_info is missing');
});

async function ask(path, { key: shown = key, body } = {}) {
  return fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...(shown !== '' && { authorization: `Bearer ${shown}` }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

function good(answer) {
  expect(answer.status === 200, `status ${answer.status}`);
  return answer;
}

function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

async function check(what, work) {
  try {
    await work();
    console.log(`ok: ${what}`);
  } catch (error) {
    console.error(`FAILED: ${what}: ${error.cause?.message ?? error.message}`);
    process.exitCode = 1;
  }
}
