import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ExportFailureLog } from './export-failures.ts';

it('warns once a minute of failed exports, and counts the others', () => {
  const warnings: unknown[] = [];
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warnings.push(line));
  const failures = new ExportFailureLog();
  for (let second = 0; second < 150; second++)
    failures.failed('traces', new Error('refused'), 1_000_000 + second * 1_000);
  warn.mockRestore();
  expect(warnings).toEqual([
    'traces could not be exported over OTLP and are lost: refused',
    'traces could not be exported over OTLP and are lost: refused; 59 more failures since the last warning',
    'traces could not be exported over OTLP and are lost: refused; 59 more failures since the last warning',
  ]);
});
