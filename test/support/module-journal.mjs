/** Records which modules of OpenTelemetry a process loads; preloaded by a test. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, nextLoad) {
    const [, name] = /node_modules\/(@opentelemetry\/[^/]+)\//.exec(url) ?? [];
    if (name) appendFileSync(process.env.MODULE_JOURNAL, `${name}\n`);
    return nextLoad(url, context);
  },
});
