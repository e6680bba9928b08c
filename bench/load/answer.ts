/** Content of an answer. `problem` describes why it is not valid. */
export interface ReadAnswer {
  text: string;
  deltas: number;
  problem?: string;
}

interface Chunk {
  error?: unknown;
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
}

interface Completion {
  choices?: { message?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: object;
}

export function readCompletion(body: string): ReadAnswer {
  const [choice] = (parse(body) as Completion | undefined)?.choices ?? [];
  const text = choice?.message?.content ?? '';
  return { text, deltas: 0, problem: choice?.finish_reason ? undefined : `no finished choice: ${body.slice(0, 200)}` };
}

/** Reads a complete stream of server-sent events, which must end with `[DONE]`. */
export function readStream(body: string): ReadAnswer {
  const answer: ReadAnswer = { text: '', deltas: 0 };
  const events = body.split('\n\n').filter((event) => event.startsWith('data: '));
  let finished = false;
  for (const event of events.slice(0, -1)) {
    const chunk = parse(event.slice('data: '.length)) as Chunk | undefined;
    if (chunk === undefined || chunk.error) return { ...answer, problem: `in the stream: ${event.slice(0, 200)}` };
    const [choice] = chunk.choices ?? [];
    const text = choice?.delta?.content;
    if (text) {
      answer.text += text;
      answer.deltas += 1;
    }
    finished ||= Boolean(choice?.finish_reason);
  }
  if (events.at(-1) !== 'data: [DONE]') answer.problem = 'the stream does not end with [DONE]';
  else if (!finished) answer.problem = 'no finish_reason in the stream';
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
