import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { type AlertCase, KEY } from '../alert-case.ts';

/** Conditions of the attribution of calls on the bill of AWS. */
export const cases: readonly AlertCase[] = [
  {
    name: 'attribution',
    condition: 'STS refuses the role of the teams',
    alerts: { OutcropUntaggedCalls: { reason: 'sts_failed' } },
    settings({ folder, emulator }) {
      // The credentials of the first requests end soon.
      emulator.sts.behave({ lifeSeconds: 3 });
      const file = join(folder, 'teams.yaml');
      writeFileSync(file, 'kind: Team\nname: search\n');
      return {
        auth: { keys: [{ name: 'alerts', hash: hashApiKey(KEY), team: 'search', metrics: true }] },
        governance: { files: [file] },
        bedrock: {
          region: 'us-east-1',
          endpoint: emulator.url,
          attribution: { enabled: true, roleArn: 'arn:aws:iam::111122223333:role/outcrop-teams' },
        },
      };
    },
    // The emulator is also STS.
    environment: ({ emulator }) => ({ AWS_ENDPOINT_URL_STS: emulator.url }),
    provoke({ emulator }) {
      emulator.sts.behave({ failure: 'AccessDenied' });
      return () => emulator.sts.behave({ failure: undefined });
    },
  },
];
