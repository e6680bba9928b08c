import { GatewayConfig } from '../config/gateway-config.ts';
import { AwsSessions } from './aws-sessions.ts';

describe('AwsSessions', () => {
  it('keeps one session a region, and forgets those longest not asked for before it refuses one', async () => {
    const sessions = new AwsSessions(new GatewayConfig());
    const own = sessions.of('us-east-1');
    const first = sessions.of('aa-made-1');
    for (let region = 2; region < 100; region++) {
      sessions.of(`aa-made-${region}`);
      expect(sessions.of('us-east-1')).toBe(own);
    }
    expect(sessions.of('aa-made-99')).toBe(sessions.of('aa-made-99'));
    expect(sessions.of('aa-made-1')).not.toBe(first);
    await sessions.onApplicationShutdown();
  });
});
