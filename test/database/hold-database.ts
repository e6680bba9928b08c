/** Opens a database, prints "open" or the error, and ends as a crash would: `node test/database/hold-database.ts URL`. */
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { openWithSchema } from '../../src/database/opening/open-with-schema.ts';

const config = Object.assign(new GatewayConfig().database, { url: process.argv[2] });
const text = await openWithSchema(config).then(
  () => 'open',
  (error: unknown) => (error as Error).message,
);
process.stdout.write(text, () => process.kill(process.pid, 'SIGKILL'));
