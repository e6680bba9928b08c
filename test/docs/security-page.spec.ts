import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { build } from '../config/build.ts';
import { markedBlocks } from '../deploy/handbook.ts';

const PAGE = 'docs/security.md';
/** Files of a clone that the commands need. */
const PARTS = ['src', 'scripts', 'node_modules', 'nest-cli.json', '.swcrc', 'tsconfig.json', 'tsconfig.build.json'];

const key = (name: string) => ({ name, hash: hashApiKey(`sk-${name}`) });

it('the commands that end a leaked key do what the page states', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-clone-'));
  try {
    for (const part of PARTS) symlinkSync(resolve(part), join(folder, part));
    copyFileSync('package.json', join(folder, 'package.json'));
    writeFileSync(join(folder, 'gateway.yaml'), JSON.stringify({ auth: { keys: [key('team-a'), key('team-b')] } }));
    const without = { auth: { keys: [key('team-b')], cutRemovedKeys: true } };
    writeFileSync(join(folder, 'without-team-a.yaml'), JSON.stringify(without));
    const blocks = markedBlocks('check', PAGE);
    expect(blocks).toHaveLength(1);
    const script = blocks.map(({ code }) => code).join('\n');
    const output = execFileSync('sh', ['-ec', `{ ${script} } 2>&1`], { cwd: folder, encoding: 'utf8' });
    expect(output).toContain('auth.cutRemovedKeys: false → true');
    expect(output).toContain('auth.keys[team-a]: removed');
    const shown = /^ {2}(oc-\w+)$/m.exec(output)?.[1] ?? '';
    const entry = readFileSync(join(folder, 'team-a-2.yaml'), 'utf8');
    expect(build(entry).auth.keys).toEqual([{ name: 'team-a-2', hash: hashApiKey(shown) }]);
    expect(entry).not.toContain(shown);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
