import { Counter } from 'prom-client';
import type { RequestLogLine } from '../../request/request-log-line.ts';
import { FORMER_FAMILIES } from './former-metrics.ts';
import { MetricsService } from './metrics.service.ts';

const LINE: RequestLogLine = {
  requestId: 'a',
  key: 'team-a',
  method: 'POST',
  path: '/v1/chat/completions',
  status: 200,
  model: 'claude-haiku-4-5',
  requestedModel: 'claude-3-haiku',
  target: 'eu-west-1/a',
  stream: true,
  durationMs: 10,
  maxGapMs: 20,
  cache: 'miss',
  adjusted: ['tool_results.other_content=moved_to_own_turn', 'temperature=1'],
};

function observed(): MetricsService {
  const metrics = new MetricsService();
  metrics.setListedModels(() => true);
  metrics.observe(LINE, '/v1/chat/completions');
  metrics.targetFailover({ model: 'a', target: 'eu-west-1/a', code: 'timeout' });
  metrics.modelFallback({ from: 'a', to: 'b', code: 'timeout' });
  metrics.discoveryFinished('ok');
  metrics.requestRejected('key', 'requests_per_minute');
  metrics.requestRejected('quota', 'quota_exhausted');
  metrics.requestRejected('key', 'key_limit');
  for (const reason of ['queue_disabled', 'queue_timeout', 'displaced_by_other_key', 'body_memory']) {
    metrics.requestRejected('gateway', reason);
  }
  metrics.watchTargets(() => [
    ['eu-west-1/a', 'healthy'],
    ['eu-west-1/b', 'probing'],
    ['eu-west-1/c', 'cooldown'],
  ]);
  for (const target of ['eu-west-1/b', 'eu-west-1/c']) metrics.targetUsed({ model: 'a', target });
  return metrics;
}

/** Returns the samples of a family, without its name. */
function samplesOf(text: string, family: string): string[] {
  const sample = new RegExp(`^${family}((?:_bucket|_sum|_count)?(?:\\{.*\\})? \\S+)$`);
  return text.split('\n').flatMap((line) => sample.exec(line)?.[1] ?? []);
}

describe('metrics under former names', () => {
  it('are absent unless they are asked for', async () => {
    const metrics = observed();
    const text = await metrics.render('omit');
    for (const { name } of FORMER_FAMILIES) expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
  });

  it.each(FORMER_FAMILIES.filter(({ samples }) => samples === undefined))(
    '$name has the samples of $of',
    async (family) => {
      const metrics = observed();
      // Other modules register some of them.
      if (metrics.registry.getSingleMetric(family.of) === undefined) {
        new Counter({ name: family.of, help: 'x', labelNames: ['a'], registers: [metrics.registry] }).inc(
          { a: 'b' },
          3,
        );
      }
      const text = await metrics.render('emit');
      const samples = samplesOf(text, family.of);
      expect(samples.length).toBeGreaterThan(0);
      expect(samplesOf(text, family.name)).toEqual(samples);
      expect(text).toContain(`# HELP ${family.name} Former name of ${family.of}.`);
    },
  );

  it('have the former labels and values', async () => {
    const text = await observed().render('emit');
    expect(samplesOf(text, 'outcrop_limited_total')).toEqual(['{limit="requests"} 1', '{limit="quota"} 1']);
    expect(samplesOf(text, 'outcrop_refused_total')).toEqual([
      '{reason="key_limit"} 1',
      '{reason="no_queue"} 1',
      '{reason="deadline"} 1',
      '{reason="displaced"} 1',
      '{reason="bodies"} 1',
    ]);
    expect(samplesOf(text, 'outcrop_target_health')).toEqual([
      '{target="eu-west-1/a"} 1',
      '{target="eu-west-1/b"} 0.5',
      '{target="eu-west-1/c"} 0',
    ]);
    expect(samplesOf(text, 'outcrop_adjusted_total')).toEqual([
      '{field="tool_results.beside"} 1',
      '{field="temperature"} 1',
    ]);
  });

  it('leave every present family as it is', async () => {
    const metrics = observed();
    const [both, present] = [await metrics.render('emit'), await metrics.render('omit')];
    const isSteady = (line: string) => line.startsWith('outcrop_') || line.startsWith('# TYPE');
    const lines = new Set(both.split('\n'));
    expect(present.split('\n').filter((line) => isSteady(line) && !lines.has(line))).toEqual([]);
  });
});
