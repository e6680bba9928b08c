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

const withoutSpaces = /^\S+$/;

export class CustomModelConfig {
  @Setting(
    'Name for clients. Must be unique among custom models.',
    textMatching(withoutSpaces, 'a name without spaces'),
  )
  name: string;

  @Setting(
    'Bedrock model id, inference profile id or ARN to call.',
    textMatching(withoutSpaces, 'a Bedrock model id, inference profile id or ARN'),
  )
  id: string;

  @Setting('Known model whose rules apply to this one.', textMatching(withoutSpaces, 'the name of a known model'))
  rulesOf: string;

  @OptionalSetting('Region of the model, instead of bedrock.region.', textMatching(regionPattern, regionDescription))
  region?: string;

  @OptionalSetting(
    'Price of the calls: 0 for a model that AWS bills by the hour. Default: the price of the model in rulesOf.',
    wholeNumber({ min: 0, max: 0 }),
  )
  price?: 0;
}

export class RouteConfig {
  @Setting(
    'Model of the route: a name, an alias or a custom model.',
    textMatching(withoutSpaces, 'the name of a model'),
  )
  model: string;

  @Setting('Targets of the model, in the order of attempts. Default: bedrock.targets.', listOf(RouteTargetConfig))
  targets: RouteTargetConfig[] = [];

  @Setting(
    'Models that answer instead, in this order, after all targets of the model have failed.',
    listOfText('a list of model names such as [claude-haiku-4-5]'),
  )
  fallbacks: string[] = [];
}

export class ModelDiscoveryConfig {
  @Setting(
    'Lists the models and inference profiles of the account in the region in the background, and uses them ' +
      'beside the built-in table. Needs the IAM actions bedrock:ListFoundationModels and bedrock:ListInferenceProfiles.',
    flag(),
  )
  enabled = false;

  @Setting('Minutes between two runs.', wholeNumber({ min: 1, max: 10_080 }))
  intervalMinutes = 60;
}

export class ModelsConfig {
  @Setting(
    'Model for requests without a model; none rejects such requests. With models.onUnknown: default, it also answers requests for unknown models.',
    textMatching(withoutSpaces, 'the name of a model'),
  )
  default = 'claude-3-7-sonnet';

  @Setting('Requests for unknown models: reject, or default to use models.default.', oneOf('reject', 'default'))
  onUnknown: 'reject' | 'default' = 'reject';

  @Setting(
    'Requests for retired models: redirect, the successor answers; serve, the retired id is called; reject.',
    oneOf('redirect', 'serve', 'reject'),
  )
  onRetired: 'redirect' | 'serve' | 'reject' = 'redirect';

  @Setting('Lists retired models in GET /v1/models as long as requests for them are answered.', flag())
  listRetired = true;

  @Setting(
    'Bedrock ids, inference profile ids and ARNs that are accepted as model names: configured, those of the configured regions, their geographies and the configured accounts, and global ones if profilePreference is global; all; none.',
    withFormerValues(oneOf('configured', 'all', 'none'), { true: 'all', false: 'none' }),
  )
  allowBedrockIds: 'configured' | 'all' | 'none' = 'configured';

  @Setting(
    'Further names of models, each with the name of its model.',
    mapOfText('a map of names to model names such as {fast: claude-haiku-4-5}'),
  )
  aliases: Record<string, string> = {};

  @Setting(
    'Your own models: provisioned throughput, application inference profiles, imported models.',
    listOf(CustomModelConfig),
  )
  custom: CustomModelConfig[] = [];

  @Setting('Targets and fallback models of single models.', listOf(RouteConfig))
  routes: RouteConfig[] = [];

  @Setting(
    'Output limit in tokens for requests without one. The maximum of the model also applies. auto: that maximum, at most 32,000 and at most a tenth of the smallest known quota of tokens per minute of its targets, at least 4,096.',
    wholeNumberOrAuto({ min: 1, max: 10_000_000 }),
  )
  defaultMaxTokens: number | 'auto' = 'auto';

  @Setting('Discovery of the models that the account has.', section(ModelDiscoveryConfig))
  discovery: ModelDiscoveryConfig = new ModelDiscoveryConfig();
}
