import { visibleText } from '../printed-text.ts';

/** An object in the plan of an apply. */
interface PlannedLine {
  readonly kind: string;
  readonly name: string;
  readonly file?: string;
  readonly fields?: readonly string[];
}

/** The answer to an apply or an import. */
export interface AppliedPlan {
  readonly dryRun: boolean;
  readonly create: readonly PlannedLine[];
  readonly change: readonly PlannedLine[];
  readonly remove: readonly PlannedLine[];
  readonly unchanged: number;
}

/** Returns the plan as lines: `+` for a new object, `~` for a changed one, `-` for a removed one. */
export function planText({ dryRun, create, change, remove, unchanged }: AppliedPlan): string {
  const lines = [
    ...create.map((object) => planLine('+', object)),
    ...change.map((object) => planLine('~', object)),
    ...remove.map((object) => planLine('-', object)),
  ];
  if (lines.length === 0) return `No changes. ${unchanged} unchanged.\n`;
  const [created, changed, removed] = dryRun
    ? ['to create', 'to change', 'to remove']
    : ['created', 'changed', 'removed'];
  const summary = `${create.length} ${created}, ${change.length} ${changed}, ${remove.length} ${removed}, ${unchanged} unchanged.`;
  return `${lines.join('\n')}\n\n${dryRun ? 'Plan' : 'Applied'}: ${summary}\n`;
}

function planLine(sign: string, { kind, name, file, fields = [] }: PlannedLine): string {
  const changed = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
  return visibleText(`  ${sign} ${kind} ${name}${changed}${file === undefined ? '' : `  ${file}`}`);
}
