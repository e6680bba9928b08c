import type { ModelsConfig } from '../../config/gateway-config.ts';
import { badRequest, type GatewayError, permissionDenied } from '../../errors/errors.ts';
import type { ModelNames, NamedModel } from './model-names.ts';

/** Value of `models.default` that leaves requests without a model unanswered. */
const NO_DEFAULT = 'none';

/** The model of `models.default`; undefined where there is none. Throws for a name that no conversation can have. */
export function defaultModel({ default: name, onUnknown }: ModelsConfig, names: ModelNames): NamedModel | undefined {
  if (name === NO_DEFAULT) {
    if (onUnknown === 'default') throw new Error('models.onUnknown: "default" needs a model in models.default');
    return undefined;
  }
  const model = names.byName(name) ?? names.byId(name);
  if (model === undefined) throw new Error(`models.default: there is no model "${name}"`);
  if (model.card.embedding !== undefined)
    throw new Error(`models.default: "${name}" makes embeddings and does not talk`);
  return model;
}

/** Null counts as absent, as it does for OpenAI. */
export function isNamed(name: string | null | undefined): name is string {
  return name !== null && name !== undefined;
}

/** For requests without a model where `models.default` is unset. */
export function missingModel(): GatewayError {
  return badRequest('`model` is required. GET /v1/models lists the models of this API key.', 'model');
}

/** For requests without a model by a key that may not use the default. */
export function defaultNotAllowed(name: string): GatewayError {
  return permissionDenied(
    `This API key may not use \`${name}\`, which answers requests without \`model\`. Set \`model\` to a model of GET /v1/models.`,
    'model',
  );
}
