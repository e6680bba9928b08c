import type { ModelsConfig } from '../../config/gateway-config.ts';
import { badRequest, type GatewayError } from '../../errors/errors.ts';
import type { ModelNames, NamedModel } from './model-names.ts';

/** Value of `models.default` that rejects requests without a model. */
const NO_DEFAULT = 'none';

/** Returns the model of `models.default`; undefined if it is `none`. Throws if the name is unknown or no chat model. */
export function defaultModel({ default: name, onUnknown }: ModelsConfig, names: ModelNames): NamedModel | undefined {
  if (name === NO_DEFAULT) {
    if (onUnknown === 'default') throw new Error('models.onUnknown: "default" requires a model in models.default');
    return undefined;
  }
  const model = names.byName(name) ?? names.byId(name);
  if (model === undefined) throw new Error(`models.default: the model "${name}" does not exist`);
  if (model.card.embedding !== undefined)
    throw new Error(`models.default: "${name}" is an embedding model; set a chat model`);
  return model;
}

/** Creates the error for a request without a model if no default answers. `reason`: the clause why the default does not. */
export function missingModel(reason?: string): GatewayError {
  const because = reason === undefined ? '' : `, because ${reason}`;
  return badRequest(`\`model\` is required${because}. GET /v1/models lists the models of this API key.`, 'model');
}
