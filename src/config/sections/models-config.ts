import {
  flag,
  listOf,
  listOfText,
  mapOfText,
  textMatching,
  oneOf,
  section,
  wholeNumber,
  wholeNumberOrAuto,
  withFormerValues,
} from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionPattern, regionDescription } from './region.ts';
import { RouteTargetConfig } from './targets-config.ts';

const withoutBlanks = /^\S+$/;

export class CustomModelConfig {
  @Setting(
    'Name that clients use; no two custom models share one.',
    textMatching(withoutBlanks, 'a name without blanks'),
  )
  name: string;

  @Setting(
    'What to call: Bedrock model id, inference profile id or ARN.',
    textMatching(withoutBlanks, 'a Bedrock model id, inference profile id or ARN'),
  )
  id: string;

  @Setting('Known model whose rules hold for this one.', textMatching(withoutBlanks, 'the name of a known model'))
  rulesOf: string;

  @OptionalSetting('Region to call in place of bedrock.region.', textMatching(regionPattern, regionDescription))
  region?: string;
}

export class RouteConfig {
  @Setting(
    'Model the route is for: a name, an alias or a custom model.',
    textMatching(withoutBlanks, 'the name of a model'),
  )
  model: string;

  @Setting('Where it is called, in the order to try; without any, bedrock.targets.', listOf(RouteTargetConfig))
  targets: RouteTargetConfig[] = [];

  @Setting(
    'Models that answer in its place, in this order, when all of its targets have failed.',
    listOfText('a list of model names such as [claude-haiku-4-5]'),
  )
  fallbacks: string[] = [];
}

export class ModelDiscoveryConfig {
  @Setting(
    'Asks AWS in the background which models and inference profiles the account has in the region, and uses the result ' +
      'beside the built-in table. Needs the IAM actions bedrock:ListFoundationModels and bedrock:ListInferenceProfiles.',
    flag(),
  )
  enabled = false;

  @Setting('Minutes between two runs.', wholeNumber({ min: 1, max: 10_080 }))
  intervalMinutes = 60;
}

export class ModelsConfig {
  @Setting(
    'Model that answers requests without a model; none refuses them. With models.onUnknown: default it also answers ' +
      'requests for unknown models.',
    textMatching(withoutBlanks, 'the name of a model'),
  )
  default = 'claude-3-7-sonnet';

  @Setting(
    'Requests for a model nobody knows: reject refuses them, default lets models.default answer.',
    oneOf('reject', 'default'),
  )
  onUnknown: 'reject' | 'default' = 'reject';

  @Setting(
    'Requests for retired models: redirect, the successor answers; serve, the retired id is called; reject.',
    oneOf('redirect', 'serve', 'reject'),
  )
  onRetired: 'redirect' | 'serve' | 'reject' = 'redirect';

  @Setting('Lists retired models in GET /v1/models as long as requests for them are answered.', flag())
  listRetired = true;

  @Setting(
    'Bedrock ids, inference profile ids and ARNs that are taken as model names: configured, those of the configured ' +
      'regions, their geographies and the configured accounts, and global ones where profilePreference is global; all; none.',
    withFormerValues(oneOf('configured', 'all', 'none'), { true: 'all', false: 'none' }),
  )
  allowBedrockIds: 'configured' | 'all' | 'none' = 'configured';

  @Setting(
    'Further names of models, each with the model it stands for.',
    mapOfText('a map of names to model names such as {fast: claude-haiku-4-5}'),
  )
  aliases: Record<string, string> = {};

  @Setting(
    'Models of your own: provisioned throughput, application inference profiles, imports.',
    listOf(CustomModelConfig),
  )
  custom: CustomModelConfig[] = [];

  @Setting('Targets and fallbacks of single models.', listOf(RouteConfig))
  routes: RouteConfig[] = [];

  @Setting(
    "Tokens of an answer when the request sets no limit; never above the model's maximum. auto: that maximum, at most " +
      '32,000 and at most a tenth of the smallest known quota of tokens per minute of its targets, at least 4,096.',
    wholeNumberOrAuto({ min: 1, max: 10_000_000 }),
  )
  defaultMaxTokens: number | 'auto' = 'auto';

  @Setting('Discovery of the models that the account has.', section(ModelDiscoveryConfig))
  discovery: ModelDiscoveryConfig = new ModelDiscoveryConfig();
}
