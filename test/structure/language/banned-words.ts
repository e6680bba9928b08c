/** Vocabulary that made comments, names and texts hard to read. Each entry is matched as a whole word or phrase. */
const VOCABULARY = [
  'tell',
  'tells',
  'told',
  'telling',
  'say',
  'says',
  'said',
  'saying',
  'words',
  'thought',
  'thoughts',
  'abroad',
  'foreign',
  'left alone',
  'leave alone',
  'door',
  'doors',
  'room',
  'rooms',
  'house',
  'conductor',
  'law',
  'laws',
  'in vain',
  'whoever',
  'whomever',
  'nobody',
  'somebody',
  'everybody',
  'anybody',
  'someone',
  'everyone',
  'anyone',
  'hence',
  'thereof',
  'whereby',
  'lest',
  'ours',
  'of its own',
  'of their own',
  'of his own',
  'come by',
  'comes by',
  'goes without',
  'as it were',
  'who asks',
  'becomes of',
  'came of',
  'stead',
  'mend',
  'mends',
  'mended',
  'errand',
  'errands',
  'concession',
  'concessions',
  'wish',
  'wishes',
] as const;

const BRITISH = [
  'behaviour',
  'behaviours',
  'misbehaviour',
  'colour',
  'colours',
  'honour',
  'honours',
  'honoured',
  'favour',
  'favours',
  'favourite',
  'flavour',
  'neighbour',
  'neighbours',
  'licence',
  'centre',
  'defence',
  'grey',
  'artefact',
  'artefacts',
  'catalogue',
  'catalogues',
  'whilst',
  'learnt',
  'spelt',
  'labelled',
  'modelled',
  'modelling',
  'signalled',
  'analyse',
  'analysed',
  'analyses the',
  'programme',
  'judgement',
] as const;

/** Stems of verbs in -ise, with each ending: `normalise`, `normalised`, `normalisation`. */
const ISE =
  '(?:authoris|categoris|characteris|initialis|minimis|maximis|normalis|optimis|organis|prioritis|randomis|recognis|sanitis|serialis|standardis|summaris|synchronis|tokenis|utilis)(?:e|es|ed|ing|ation|er|ers)';

const pattern = [...VOCABULARY, ...BRITISH].map((word) => word.replaceAll(' ', String.raw`\s+`)).join('|');

/** Matches each banned word, whole and in any case. */
export const BANNED_WORDS = new RegExp(String.raw`(?<![\w-])(?:${pattern}|${ISE})(?![\w-])`, 'gi');

export interface WordException {
  /** Path of a file, or the beginning of several paths. */
  path: string;
  /** Banned words that the path may hold, in lower case. */
  words: readonly string[];
  /** Why the text needs the word. */
  reason: string;
}

/** Texts that need a banned word: quotations, names of others, and words in their ordinary meaning. */
export const EXCEPTIONS: readonly WordException[] = [
  {
    path: 'emulator/answers/synthesize.ts',
    words: ['said', 'says'],
    reason: 'part of the text of answers, about what a user said; clients and tests know it',
  },
  {
    path: 'src/translation/openai-responses/compact-dialect.ts',
    words: ['said'],
    reason: 'part of the instruction that the model receives, about what a user said',
  },
  {
    path: 'src/translation/openai-responses/request/input-items.ts',
    words: ['said'],
    reason: 'text that the model receives before the summary of a conversation',
  },
  {
    path: 'src/translation/structured/json-instruction.ts',
    words: ['words'],
    reason: 'part of the instruction that the model receives, about units of text',
  },
  {
    path: 'src/translation/tools/tool-choice.ts',
    words: ['words'],
    reason: 'part of the instruction that the model receives: an answer in words instead of calls',
  },
  {
    path: 'test/structure/language/',
    words: ['words'],
    reason: 'words as units of text: the vocabulary itself, and the length of sentences',
  },
];
