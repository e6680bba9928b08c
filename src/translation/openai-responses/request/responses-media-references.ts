import type { MediaReference } from '../../../media/media-reference.ts';
import type { Model } from '../../../models/types/model.ts';
import { MAX_IMAGE_BYTES } from '../../attachments/attachments.ts';
import { isHttps } from '../../attachments/media-sources.ts';
import { asArray } from './tools/responses-tool-kinds.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/**
 * Returns the images in user messages and tool outputs that must be fetched before the translation, in order.
 *
 * Does not validate the items, because the translation reports errors.
 */
export function responsesMediaReferences(input: unknown, model: Model): MediaReference[] {
  if (!model.rules.vision) return [];
  return asArray(input).flatMap((item, index) => {
    if (!isRecord(item)) return [];
    const field = item['role'] === 'user' ? 'content' : 'output';
    return asArray(item[field]).flatMap((part, at) => reference(part, `input[${index}].${field}[${at}]`));
  });
}

function reference(part: unknown, param: string): MediaReference[] {
  if (!isRecord(part) || part['type'] !== 'input_image') return [];
  const { image_url: url } = part;
  if (typeof url !== 'string' || !isHttps(url)) return [];
  return [{ url, param: `${param}.image_url`, maxBytes: MAX_IMAGE_BYTES }];
}
