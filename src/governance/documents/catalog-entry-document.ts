import { dateTime, listOfText, oneOf, text } from '../../config/settings/kinds.ts';
import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import { objectId, shortText } from './shared-documents.ts';

/** The state of a model in the company. Applies to every name of the model. */
export class CatalogEntryDocument {
  @OptionalSetting('Id. Default: chosen by the gateway.', objectId)
  id?: string;

  @Setting('Name of the model, as GET /v1/models lists it, or its Bedrock id.', text('the name of a model'))
  model: string;

  @Setting(
    'preview and approved: usable; deprecated: usable, with a warning header; blocked: rejected.',
    oneOf('preview', 'approved', 'deprecated', 'blocked'),
  )
  state: 'preview' | 'approved' | 'deprecated' | 'blocked';

  @OptionalSetting('Owner of the entry.', shortText)
  owner?: string;

  @OptionalSetting(
    'Names of the teams that may use the model. Default: all teams.',
    listOfText('a list of names of teams'),
  )
  teams?: string[];

  @OptionalSetting('Day (until its end, UTC) or time after which the model is blocked.', dateTime())
  end?: string;

  @OptionalSetting('Name of the model to use instead, for messages.', text('the name of a model'))
  successor?: string;
}
