import { dateTime } from '../../config/settings/kinds.ts';
import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import {
  dataPolicy,
  DataPolicyDocument,
  limits,
  LimitsDocument,
  metadata,
  modelChange,
  modelPatterns,
  objectId,
  objectName,
  shortText,
} from './shared-documents.ts';

/** An application of a team, with an owner and a purpose. */
export class ApplicationDocument {
  @OptionalSetting('Id. Default: chosen by the gateway.', objectId)
  id?: string;

  @Setting('Unique name.', objectName)
  name: string;

  @Setting('Name of the team.', objectName)
  team: string;

  @OptionalSetting('Id of the principal that owns the application.', objectId)
  owner?: string;

  @OptionalSetting('Purpose of the application.', shortText)
  purpose?: string;

  @OptionalSetting("Id of the use case in the company's register.", shortText)
  useCaseId?: string;

  @OptionalSetting('Class of the data that the application processes.', shortText)
  dataClass?: string;

  @OptionalSetting("Cost center, instead of the team's.", shortText)
  costCenter?: string;

  @OptionalSetting('Models that the application may use. Default: those of the team.', modelPatterns)
  models?: string[];

  @OptionalSetting('Limits of the application.', limits)
  limits?: LimitsDocument;

  @OptionalSetting('Places to which the data of the application may go, within those of the team.', dataPolicy)
  dataPolicy?: DataPolicyDocument;

  @OptionalSetting(
    'exact: no successor, no fallback and no default model answers requests of the application.',
    modelChange,
  )
  modelChange?: 'allowed' | 'exact';

  @OptionalSetting("Capacity class, instead of the team's.", shortText)
  capacityClass?: string;

  @OptionalSetting('Day on which the owner has to confirm the application again.', dateTime())
  recertifyBy?: string;

  @OptionalSetting('Texts for the owner of the application. The gateway does not read them.', metadata)
  metadata?: Record<string, string>;
}
