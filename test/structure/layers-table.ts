import { LAYERS, MODULES } from './layers.ts';

/** Returns the layers as a table in Markdown, for CONTRIBUTING.md. */
export function layersTable(): string {
  const rows = LAYERS.flatMap(({ name, modules }) =>
    modules.map((module, index) => row(index === 0 ? name : '', module)),
  );
  return ['| Layer | Module | For | May import (types) |', '|---|---|---|---|', ...rows].join('\n');
}

function row(layer: string, module: string): string {
  const { purpose, values, types = [] } = MODULES[module]!;
  const imports = [...values.toSorted(), ...types.toSorted().map((each) => `(${each})`)].join(', ');
  return `| ${layer} | \`${module}\` | ${purpose} | ${imports || 'nothing'} |`;
}
