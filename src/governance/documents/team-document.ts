import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import {
  AwsAttributionDocument,
  awsAttribution,
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
  teamGuardrail,
  TeamGuardrailDocument,
} from './shared-documents.ts';

/** A team. Its limits and budgets count the requests of its applications, keys, members and child teams together. */
export class TeamDocument {
  @OptionalSetting('Id. Default: chosen by the gateway.', objectId)
  id?: string;

  @Setting('Unique name.', objectName)
  name: string;

  @OptionalSetting('Name of the parent team, which must not have a parent.', objectName)
  parent?: string;

  @OptionalSetting('Models that the team may use. Default: all models.', modelPatterns)
  models?: string[];

  @OptionalSetting('Limits of the team.', limits)
  limits?: LimitsDocument;

  @OptionalSetting('Places to which the data of the team may go. Default: all configured places.', dataPolicy)
  dataPolicy?: DataPolicyDocument;

  @OptionalSetting('exact: no successor, no fallback and no default model answers requests of the team.', modelChange)
  modelChange?: 'allowed' | 'exact';

  @OptionalSetting('Guardrail of all requests of the team. Requests cannot replace it.', teamGuardrail)
  guardrail?: TeamGuardrailDocument;

  @OptionalSetting('Capacity class of the team.', shortText)
  capacityClass?: string;

  @OptionalSetting("Attribution of the team's calls on the bill of AWS.", awsAttribution)
  aws?: AwsAttributionDocument;

  @OptionalSetting('Cost center.', shortText)
  costCenter?: string;

  @OptionalSetting('Texts for the owner of the team. The gateway does not read them.', metadata)
  metadata?: Record<string, string>;
}
