import { GatewayConfig } from '../gateway-config.ts';
import { FORMER_NAMES_END, SETTING_RENAMES } from '../settings/renamed-settings.ts';
import type { SectionClass } from '../settings/section-class.ts';
import { settingsOf } from '../settings/setting.ts';

const FORMER_NAMES_TEXT = `## Former names

Former names of settings and values work until release ${FORMER_NAMES_END}. The gateway logs a warning for each at its start and after
a reload, and \`npm run config:check\` reports it. Variables work in the same way: \`GATEWAY__CACHE__ENABLED\` sets
\`answerCache.enabled\`. If a file has both names of a setting, the new name counts and the warning names the ignored one.
The same holds for two variables; a variable counts more than the file in either spelling. A value marked "opposite" is
inverted: \`metrics.public: true\` is \`metrics.requireKey: false\`.`;

/** Renders the tables of renamed settings and of renamed values. */
export function renderFormerNames(): string {
  const settings = SETTING_RENAMES.map(
    ({ from, to, convert }) => `| \`${from}\` | \`${to}\` | ${convert === 'invert' ? 'opposite' : 'the same'} |`,
  );
  return [
    FORMER_NAMES_TEXT,
    ['| Former setting | Setting | Value |', '|---|---|---|', ...settings].join('\n'),
    ['| Setting | Former value | Value |', '|---|---|---|', ...valueRows(GatewayConfig, '')].join('\n'),
  ].join('\n\n');
}

function valueRows(type: SectionClass, path: string): string[] {
  return [...settingsOf(type).values()].flatMap(({ name, kind }) => {
    const settingPath = path === '' ? name : `${path}.${name}`;
    if ('type' in kind) return valueRows(kind.type, kind.form === 'sections' ? `${settingPath}[]` : settingPath);
    return Object.entries(kind.formerValues ?? {}).map(
      ([former, value]) => `| \`${settingPath}\` | \`${former}\` | \`${value}\` |`,
    );
  });
}
