import { listOfText, oneOf, text } from '../../config/settings/kinds.ts';
import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import { limits, LimitsDocument, modelPatterns, objectId } from './shared-documents.ts';

/** A person or service account of an identity provider. The gateway creates it at its first request. */
export class PrincipalDocument {
  @Setting('Id, derived from issuer and subject.', objectId)
  id: string;

  @Setting('Issuer of its tokens.', text())
  issuer: string;

  @Setting('Subject of its tokens.', text())
  subject: string;

  @OptionalSetting('Groups of its last token.', listOfText('a list of names of groups'))
  groups?: string[];

  @Setting('active; disabled, so that its requests are rejected.', oneOf('active', 'disabled'))
  state: 'active' | 'disabled' = 'active';

  @OptionalSetting('Models that the principal may use. Default: those of its team.', modelPatterns)
  models?: string[];

  @OptionalSetting('Limits of the principal.', limits)
  limits?: LimitsDocument;
}
