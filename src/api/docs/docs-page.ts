/**
 * A page with Swagger UI, without external resources and inline scripts. If the document needs an API key, the page asks for
 * one and keeps it in memory.
 */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Outcrop</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <form id="key-form" class="swagger-ui wrapper" hidden>
    <p><label for="key">API key</label> <input id="key" type="password" autocomplete="off"> <button class="btn">Show</button></p>
    <p id="refusal" role="alert"></p>
  </form>
  <div id="document"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/page.js"></script>
</body>
</html>
`;

export const DOCS_SCRIPT = `const form = document.getElementById('key-form');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  show(document.getElementById('key').value);
});
show();

async function show(key) {
  const answer = await fetch('/openapi.json', { headers: key ? { authorization: 'Bearer ' + key } : {} });
  if (!answer.ok) {
    const { error } = await answer.json();
    document.getElementById('refusal').textContent = key || answer.status !== 401 ? error.message : '';
    form.hidden = false;
    return;
  }
  form.hidden = true;
  const ui = SwaggerUIBundle({
    spec: await answer.json(),
    dom_id: '#document',
    deepLinking: true,
    validatorUrl: null,
    onComplete: () => key && ui.preauthorizeApiKey('bearer', key),
  });
}
`;

/** Allows scripts and styles of this origin only. Images in the style sheet are data URLs. */
export const DOCS_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
