import { Body, HttpCode, Post } from '@nestjs/common';
import { badRequest } from '../../../errors/errors.ts';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { MAX_APPLIED_DOCUMENTS } from '../../../governance/apply/apply-request.ts';
import { ApplyService } from '../../../governance/apply/apply.service.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { missingField, notArray } from '../../../limits/field-errors.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { readFields, readFlag, textField } from '../admin-request.ts';

/** Text of a source, a commit: no control characters, and short enough for each object. */
const SOURCE_TEXT = /^[^\p{Cc}\p{Cs}]{1,256}$/u;

/** Applies documents, all of them or none. */
@AdminController('')
export class ApplyController {
  constructor(private readonly service: ApplyService) {}

  @Post('apply')
  @HttpCode(200)
  @AdminRoute('apply')
  apply(@CurrentAdministrator() administrator: Administrator, @Body() body: unknown) {
    const fields = readFields(body, ['documents', 'source', 'commit', 'dryRun', 'prune']);
    const { source, commit } = splitSource(textField(fields, 'source'), textField(fields, 'commit'));
    const prune = readFlag(fields, 'prune');
    if (prune && source === undefined) throw missingField('source');
    const options = { source, commit, prune, dryRun: readFlag(fields, 'dryRun') };
    return this.service.apply(administrator, appliedDocuments(fields.documents), options);
  }

  @Post('import')
  @HttpCode(200)
  @AdminRoute('apply')
  import(@CurrentAdministrator() administrator: Administrator, @Body() body: unknown) {
    const fields = readFields(body, ['documents', 'dryRun']);
    const options = { prune: false, dryRun: readFlag(fields, 'dryRun') };
    return this.service.apply(administrator, appliedDocuments(fields.documents), options);
  }
}

function appliedDocuments(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw notArray('documents', value);
  if (value.length <= MAX_APPLIED_DOCUMENTS) return value as unknown[];
  const message = `documents must have at most ${MAX_APPLIED_DOCUMENTS} entries; found ${value.length}.`;
  throw badRequest(message, 'documents', 'array_above_max_length');
}

/** Splits `git:REPOSITORY@COMMIT`. */
function splitSource(source: string | undefined, commit: string | undefined): { source?: string; commit?: string } {
  for (const [name, text] of Object.entries({ source, commit })) {
    if (text === undefined || SOURCE_TEXT.test(text)) continue;
    throw badRequest(`${name} must be text of up to 256 characters without control characters.`, name, 'invalid_value');
  }
  const at = source?.lastIndexOf('@') ?? -1;
  if (source === undefined || commit !== undefined || at < 1 || !source.startsWith('git:')) return { source, commit };
  return { source: source.slice(0, at), commit: source.slice(at + 1) };
}
