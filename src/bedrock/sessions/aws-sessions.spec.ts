import { BedrockConfig, GatewayConfig } from '../../config/gateway-config.ts';
import { AwsSessions } from './aws-sessions.ts';

describe('AwsSessions', () => {
  it('keeps one session for each key, and removes the least recently used one at the limit', async () => {
    // Region names end in digits.
    const made = (number: number) => ({ region: `aa-made${'abcdefgh'[Math.floor(number / 50)]}-${number % 50}` });
    const sessions = new AwsSessions(new GatewayConfig());
    const own = sessions.of({ region: 'us-east-1' });
    const first = sessions.of(made(1));
    for (let region = 2; region < 400; region++) {
      sessions.of(made(region));
      expect(sessions.of({ region: 'us-east-1' })).toBe(own);
    }
    expect(sessions.of(made(399))).toBe(sessions.of(made(399)));
    expect(sessions.of(made(1))).not.toBe(first);
    await sessions.onApplicationShutdown();
  });

  it('creates new connections and sessions when the settings of Bedrock change', async () => {
    const config = new GatewayConfig();
    const sessions = new AwsSessions(config);
    const place = { region: 'us-east-1' };
    const [pool, session] = [sessions.pool, sessions.of(place)];
    expect([sessions.pool, sessions.of(place)]).toEqual([pool, session]);
    config.bedrock = Object.assign(new BedrockConfig(), { endpoint: 'http://127.0.0.1:1' });
    expect(sessions.pool).not.toBe(pool);
    expect((await sessions.of(place).origin()).href).toBe('http://127.0.0.1:1/');
    await sessions.onApplicationShutdown();
    await pool.destroy();
  });
});
