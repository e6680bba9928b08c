import { customToolText, joinInputPieces } from '../../tools/custom-tool-input.ts';
import { toToolCallItem, ITEM_ID_PREFIX } from './tool-call-items.ts';
import { deltaTemplateOf, type DeltaTemplate } from './responses-events.ts';
import type { ItemEndStatus, OutputSlot, OutputSlots } from './output-slots.ts';
import type { ToolIdentity } from '../request/tools/responses-tool-kinds.ts';

/** Builds the item of one tool call from the pieces of its JSON input. */
export class ToolCallItemBuilder {
  private readonly slots: OutputSlots;
  private readonly slot: OutputSlot;
  private readonly callId: string;
  private readonly tool: ToolIdentity;
  /** Absent for tools whose input has no delta events. */
  private readonly deltaTemplate?: DeltaTemplate;
  private input = '';

  constructor(slots: OutputSlots, callId: string, tool: ToolIdentity) {
    this.slots = slots;
    this.callId = callId;
    this.tool = tool;
    this.slot = slots.take(ITEM_ID_PREFIX[tool.kind]);
    // The items of other kinds contain the parsed input, so they begin when the input is complete.
    if (this.tool.kind === 'function' || this.tool.kind === 'custom') slots.begin(this.slot, this.item('in_progress'));
    if (tool.kind === 'function')
      this.deltaTemplate = deltaTemplateOf('response.function_call_arguments.delta', this.address());
  }

  /** Adds a piece of the input, split at any character. */
  add(json: string): void {
    this.input += json;
    if (this.deltaTemplate) this.slots.sink.piece(this.deltaTemplate, json);
  }

  /** True if the input is complete JSON. */
  get isComplete(): boolean {
    if (this.input === '') return true;
    try {
      JSON.parse(this.input);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the item. */
  end(status: ItemEndStatus): void {
    // Bedrock sends no input for a tool without parameters, but clients parse the arguments as JSON.
    if (this.input === '') this.add('{}');
    this.sendInput();
    this.slots.finish(this.slot, this.item(status));
  }

  /** Sends the events that contain the complete input. */
  private sendInput(): void {
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
        // The text of a custom tool is a string within the JSON, so it is sent once the JSON is complete.
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
