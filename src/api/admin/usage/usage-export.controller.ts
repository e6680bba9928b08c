import { Get, Query, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { badRequest } from '../../../errors/errors.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { EXPORT_FORMATS, EXPORT_TYPES, type ExportFormat } from '../../../ledger/export/focus/charge-export.ts';
import { ChargeExportService } from '../../../ledger/export/charge-export.service.ts';
import { missingField } from '../../../limits/field-errors.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, readQuery } from '../admin-request.ts';
import { isDay } from '../../../config/settings/date-time.ts';
import { dayCount } from '../../../ledger/usage/reporting-calendar.ts';

/** Days of one export: a month. */
const MAX_EXPORT_DAYS = 31;

/** The charges of the ledger in the columns of FOCUS. */
@AdminController('usage/export')
export class UsageExportController {
  constructor(private readonly exports: ChargeExportService) {}

  @Get()
  @AdminRoute('readAll')
  async send(@Query() query: AdminQuery, @Res() response: HttpResponse): Promise<void> {
    const { format: formatText, from: fromText, to: toText } = readQuery(query, ['from', 'to', 'format']);
    const [from, to] = [requiredDay(fromText, 'from'), requiredDay(toText, 'to')];
    checkRange(from, to);
    const format = exportFormatOf(formatText);
    // Waits for the first charges, so that a failure of the database still has a status.
    const content = await this.exports.open(from, to, format);
    response.attachment(`charges-${from}-${to}.${format}`).type(EXPORT_TYPES[format]);
    await pipeline(Readable.from(content), response);
  }
}

function requiredDay(text: string | undefined, name: string): string {
  if (text === undefined) throw missingField(name);
  if (isDay(text)) return text;
  throw badRequest(`${name} must be a day in UTC, such as 2026-11-30.`, name, 'invalid_value');
}

function checkRange(from: string, to: string): void {
  const days = dayCount({ from, to });
  if (days < 1) throw badRequest('to must not be before from.', 'to', 'invalid_value');
  if (days > MAX_EXPORT_DAYS) {
    throw badRequest(`An export has at most ${MAX_EXPORT_DAYS} days. Send several requests.`, 'to', 'invalid_value');
  }
}

function exportFormatOf(text: string | undefined): ExportFormat {
  const format = EXPORT_FORMATS.find((name) => name === (text ?? 'csv'));
  if (format === undefined) throw badRequest('format must be csv or parquet.', 'format', 'invalid_value');
  return format;
}
