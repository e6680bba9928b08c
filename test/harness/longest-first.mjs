import { statSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

const ORDER = ['slow', 'application', 'unit'];

/**
 * Starts the long files first, so that no worker runs a long file alone at the end. Jest itself knows durations only
 * from an earlier run, which CI and a fresh checkout do not have.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const ranks = new Map(tests.map((test) => [test, rankOf(test)]));
    return [...tests].sort((a, b) => compare(ranks.get(a), ranks.get(b)));
  }
}

function rankOf({ path, duration, context }) {
  return { duration, project: ORDER.indexOf(context.config.displayName?.name), size: statSync(path).size };
}

function compare(a, b) {
  if (a.duration !== undefined && b.duration !== undefined) return b.duration - a.duration;
  return a.project - b.project || b.size - a.size;
}
