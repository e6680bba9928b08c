import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';

const OPTIONS = ['--config', 'test/fixtures/harness/jest.config.mjs', '--runInBand', '--json'];

interface Results {
  testResults: { name: string; assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

/** Runs the files of test/fixtures/harness one after the other in one process, with the configuration of unit specs. */
async function runFixtures(): Promise<Results> {
  const jest = spawn(process.execPath, ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...OPTIONS], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (await json(jest.stdout)) as Results;
}

describe('files of one worker', () => {
  it('share the modules of the gateway and nothing else, and a file can ask for a separate context', async () => {
    const { testResults } = await runFixtures();
    const failures = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status !== 'passed')
        .map(({ fullName, failureMessages }) => `${name}: ${fullName}: ${failureMessages.join()}`),
    );
    expect(failures).toEqual([]);
    expect(testResults.map(({ assertionResults }) => assertionResults.length)).toEqual([4, 4, 4]);
  });
});
