import { customToolText, joinInputPieces } from '../../tools/custom-tool-input.ts';
import { toToolCallItem, ITEM_ID_PREFIX } from './tool-call-items.ts';
import { deltaTemplateOf, type DeltaTemplate } from './responses-events.ts';
import type { ItemEndStatus, OutputSlot, OutputSlots } from './output-slots.ts';
import type { ToolIdentity } from '../request/tools/responses-tool-kinds.ts';

/** One call of a tool, while its input comes: JSON cut anywhere. */
export class ToolCallItemBuilder {
  private readonly slots: OutputSlots;
  private readonly slot: OutputSlot;
  private readonly callId: string;
  private readonly tool: ToolIdentity;
  private readonly place?: DeltaTemplate;
  private input = '';

  constructor(slots: OutputSlots, callId: string, tool: ToolIdentity) {
    this.slots = slots;
    this.callId = callId;
    this.tool = tool;
    this.slot = slots.take(ITEM_ID_PREFIX[tool.kind]);
    // What an action or an operation is, is known at its end.
    if (this.tool.kind === 'function' || this.tool.kind === 'custom') slots.begin(this.slot, this.item('in_progress'));
    if (tool.kind === 'function')
      this.place = deltaTemplateOf('response.function_call_arguments.delta', this.address());
  }

  add(json: string): void {
    this.input += json;
    if (this.place) this.slots.sink.piece(this.place, json);
  }

  /** Whether the input is all there. */
  get isWhole(): boolean {
    if (this.input === '') return true;
    try {
      JSON.parse(this.input);
      return true;
    } catch {
      return false;
    }
  }

  end(status: ItemEndStatus): void {
    // A tool without parameters gets no input at all; clients parse the arguments all the same.
    if (this.input === '') this.add('{}');
    this.tellWhole();
    this.slots.finish(this.slot, this.item(status));
  }

  private tellWhole(): void {
    const { sink } = this.slots;
    switch (this.tool.kind) {
      case 'function':
        sink.add('response.function_call_arguments.done', {
          ...this.address(),
          name: this.tool.name,
          arguments: this.input,
        });
        return;
      case 'custom': {
        // The text of a custom tool stands inside the JSON: it is told when it is whole.
        const input = customToolText(joinInputPieces(this.input));
        if (input !== '') sink.add('response.custom_tool_call_input.delta', { ...this.address(), delta: input });
        sink.add('response.custom_tool_call_input.done', { ...this.address(), input });
        return;
      }
      case 'shell':
      case 'local_shell':
      case 'apply_patch':
      case 'tool_search':
        this.slots.begin(this.slot, this.item('in_progress'));
        return;
      default:
        this.tool.kind satisfies never;
    }
  }

  private address() {
    return { item_id: this.slot.id, output_index: this.slot.output_index };
  }

  private item(status: ItemEndStatus | 'in_progress') {
    return toToolCallItem(this.slot.id, this.callId, this.tool, this.input, status);
  }
}
