import type { SignedThinking } from './signed-thinking.ts';
import type { ContentBlockDelta } from '../../wire/converse.ts';

type Piece = NonNullable<ContentBlockDelta['reasoningContent']>;

interface OpenThinking {
  /** Bedrock's index of the content block. */
  block: number;
  text: string;
  signature: string;
  redacted: Buffer[];
}

/** Assembles the signed thinking of one streamed answer from its deltas. */
export class ThinkingAssembler {
  private open?: OpenThinking;

  /** Adds a delta of the content block with index `block`. */
  add(block: number, piece: Piece): void {
    this.open ??= { block, text: '', signature: '', redacted: [] };
    this.open.text += piece.text ?? '';
    this.open.signature += piece.signature ?? '';
    // Redacted thinking may arrive in several deltas. Each is base64 of its part of the bytes.
    if (piece.redactedContent) this.open.redacted.push(Buffer.from(piece.redactedContent, 'base64'));
  }

  /** Returns true if an event of this block ends the thinking of an earlier one: Bedrock may omit its stop event. */
  endsBefore(block: number): boolean {
    return this.open !== undefined && this.open.block !== block;
  }

  /** Ends the current thinking and returns it; undefined if there is none or it has no signature. */
  end(): SignedThinking | undefined {
    const thinking = this.open;
    this.open = undefined;
    if (!thinking) return undefined;
    if (thinking.redacted.length > 0) {
      return { kind: 'redacted', data: Buffer.concat(thinking.redacted).toString('base64') };
    }
    return thinking.signature === ''
      ? undefined
      : { kind: 'thinking', text: thinking.text, signature: thinking.signature };
  }
}
