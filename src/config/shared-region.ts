import { loadConfig as loadAwsSetting, NODE_REGION_CONFIG_FILE_OPTIONS } from '@smithy/core/config';
import { copySection } from './settings/copy-section.ts';
import { ConfigError } from './settings/config-error.ts';
import type { GatewayConfig } from './gateway-config.ts';
import { regionPattern, regionDescription } from './sections/region.ts';

/**
 * Adds the region of the shared config file of the AWS tools (profile AWS_PROFILE or `default`) if file and environment
 * contain none. The SDK's loader reads the file asynchronously, so this is no part of `loadConfig`. Throws a ConfigError for
 * an invalid region.
 */
export async function withSharedRegion(
  config: GatewayConfig,
  findRegion: () => Promise<string | undefined> = regionOfProfile,
): Promise<GatewayConfig> {
  if (config.bedrock.region !== undefined) return config;
  const region = await findRegion();
  if (region === undefined) return config;
  if (!regionPattern.test(region)) {
    const message = `must be ${regionDescription}; found ${JSON.stringify(region.slice(0, 60))}`;
    throw new ConfigError('The shared AWS config file', [{ path: 'region', message }]);
  }
  const bedrock = Object.freeze(Object.assign(copySection(config.bedrock), { region }));
  return Object.freeze(Object.assign(copySection(config), { bedrock }));
}

async function regionOfProfile(): Promise<string | undefined> {
  const named = await loadAwsSetting(
    {
      environmentVariableSelector: () => undefined,
      configFileSelector: ({ region }) => region,
      default: '',
    },
    NODE_REGION_CONFIG_FILE_OPTIONS,
  )();
  return named === '' ? undefined : named;
}
