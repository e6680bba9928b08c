/** One instruction of a Dockerfile, e.g. `{ name: 'COPY', text: '--from=build /app/dist ./dist' }`. */
export interface Instruction {
  name: string;
  text: string;
}

export interface Stage {
  name: string;
  /** Another stage's name, or an image. */
  from: string;
  instructions: Instruction[];
}

/** Parses the stages of a Dockerfile; supports only the syntax that the project uses. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  for (const line of lines) {
    const [, name, rest] = /^(?<name>[A-Z]+)\s+(?<rest>.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || rest === undefined) continue;
    const [, from, as] = name === 'FROM' ? (/^(\S+) AS (\S+)$/.exec(rest) ?? []) : [];
    if (from !== undefined && as !== undefined) stages.push({ name: as, from, instructions: [] });
    else stages.at(-1)?.instructions.push({ name, text: rest });
  }
  return stages;
}

/** Parses `KEY=value KEY="a b"` of ENV. */
export function assignments(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, plain]) => [key, quoted ?? plain ?? '']),
  );
}
