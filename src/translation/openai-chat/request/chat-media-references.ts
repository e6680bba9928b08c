import type { MediaReference } from '../../../media/media-reference.ts';
import type { Model } from '../../../models/types/model.ts';
import { MAX_IMAGE_BYTES } from '../../attachments/attachments.ts';
import { isHttps } from '../../attachments/media-sources.ts';

/** Roles whose messages may contain images. The translation rejects images of other roles, so they are not fetched. */
const ROLES_WITH_IMAGES: readonly unknown[] = ['user', 'tool'];

/**
 * Returns the images of a conversation that must be fetched before its translation, in order.
 *
 * Does not validate the messages, because the translation reports errors.
 *
 * @param messages - the messages as the client sent them
 */
export function chatMediaReferences(messages: readonly unknown[], model: Model): MediaReference[] {
  if (!model.rules.vision) return [];
  return messages.flatMap((message, index) => {
    const { role, content } = fieldsOf(message);
    if (!ROLES_WITH_IMAGES.includes(role) || !Array.isArray(content)) return [];
    return content.flatMap((part: unknown, at) => reference(part, `messages[${index}].content[${at}]`));
  });
}

function reference(part: unknown, param: string): MediaReference[] {
  const { type, image_url: image, source, content } = fieldsOf(part);
  switch (type) {
    case 'image_url':
      return imageAt(fieldsOf(image)['url'], `${param}.image_url.url`);
    case 'input_image':
      return imageAt(image, `${param}.image_url`);
    case 'image':
      return fieldsOf(source)['type'] === 'url' ? imageAt(fieldsOf(source)['url'], `${param}.source.url`) : [];
    case 'tool_result':
      if (!Array.isArray(content)) return [];
      return content.flatMap((nested: unknown, at) => reference(nested, `${param}.content[${at}]`));
    default:
      return [];
  }
}

function imageAt(url: unknown, param: string): MediaReference[] {
  return typeof url === 'string' && isHttps(url) ? [{ url, param, maxBytes: MAX_IMAGE_BYTES }] : [];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
