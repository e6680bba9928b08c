import type { SignedThinking } from './signed-thinking.ts';
import type { ContentBlockDelta } from '../../wire/converse.ts';

type Piece = NonNullable<ContentBlockDelta['reasoningContent']>;

interface OpenThought {
  block: number;
  text: string;
  signature: string;
  redacted: Buffer[];
}

/** Puts the signed thoughts of a stream together from their pieces. */
export class ThinkingAssembler {
  private open?: OpenThought;

  /** One more piece; `block` is Bedrock's number of the content block. */
  add(block: number, piece: Piece): void {
    this.open ??= { block, text: '', signature: '', redacted: [] };
    this.open.text += piece.text ?? '';
    this.open.signature += piece.signature ?? '';
    // Redacted thoughts may come in pieces, each base64 of its own bytes.
    if (piece.redactedContent) this.open.redacted.push(Buffer.from(piece.redactedContent, 'base64'));
  }

  /** Whether what comes for this block ends a thought: not every block is followed by its stop event. */
  endsBefore(block: number): boolean {
    return this.open !== undefined && this.open.block !== block;
  }

  /** The thought that is whole now; undefined where there was none, or nobody signed it. */
  end(): SignedThinking | undefined {
    const thought = this.open;
    this.open = undefined;
    if (!thought) return undefined;
    if (thought.redacted.length > 0) {
      return { kind: 'redacted', data: Buffer.concat(thought.redacted).toString('base64') };
    }
    return thought.signature === ''
      ? undefined
      : { kind: 'thinking', text: thought.text, signature: thought.signature };
  }
}
