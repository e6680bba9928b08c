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
  /** Keys that keep the state that an administrator has set by the API. Absent in answers of earlier releases. */
  readonly overridden?: readonly OverriddenLine[];
}

interface OverriddenLine extends PlannedLine {
  readonly state: string;
  readonly fileState: string;
}

/** Returns the plan as lines: `+` for a new object, `~` for a changed one, `-` for a removed one. */
export function planText({ dryRun, create, change, remove, unchanged, overridden = [] }: AppliedPlan): string {
  const lines = [
    ...create.map((object) => planLine('+', object)),
    ...change.map((object) => planLine('~', object)),
    ...remove.map((object) => planLine('-', object)),
  ];
  const kept = overridden.map((key) => `${overriddenLine(key)}\n`).join('');
  if (lines.length === 0) return `No changes. ${unchanged} unchanged.\n${kept}`;
  const [created, changed, removed] = dryRun
    ? ['to create', 'to change', 'to remove']
    : ['created', 'changed', 'removed'];
  const summary = `${create.length} ${created}, ${change.length} ${changed}, ${remove.length} ${removed}, ${unchanged} unchanged.`;
  return `${lines.join('\n')}\n\n${dryRun ? 'Plan' : 'Applied'}: ${summary}\n${kept}`;
}

function overriddenLine({ name, file, state, fileState }: OverriddenLine): string {
  return visibleText(
    `Key ${name} stays ${state}, as an administrator has set it. ${file ?? 'Its file'} has ${fileState}.`,
  );
}

function planLine(sign: string, { kind, name, file, fields = [] }: PlannedLine): string {
  // A change without a changed field gives the object another source or file, or a source for the first time.
  const names = sign === '~' && fields.length === 0 ? ['source or file'] : fields;
  const changed = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return visibleText(`  ${sign} ${kind} ${name}${changed}${file === undefined ? '' : `  ${file}`}`);
}
