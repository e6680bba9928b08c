import { flag, listOfText, milliseconds, oneOf, section, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class MediaFetchConfig {
  @Setting(
    'Fetches images that a request names by https:// URL, from public addresses only; without it they are refused.',
    flag(),
  )
  enabled = false;

  @OptionalSetting(
    'Hosts to fetch from, *.example.com for all below one; any public host without it.',
    listOfText('a list of host names such as [images.example.com, "*.example.org"]'),
  )
  hosts?: string[];

  @Setting('Milliseconds that fetching all images of a request may take.', milliseconds())
  timeoutMs = 10_000;

  @Setting('Most images that a request may name by URL.', wholeNumber({ min: 1, max: 1_000 }))
  maxImages = 20;

  @Setting(
    'Bytes that the fetched images of one request may have together.',
    wholeNumber({ min: 1024, max: 1024 ** 3 }),
  )
  maxTotalBytes = 20 * 1024 * 1024;
}

export class MediaConfig {
  @Setting('Images by URL.', section(MediaFetchConfig))
  fetch: MediaFetchConfig = new MediaFetchConfig();

  @Setting(
    'What Claude gets of PDFs through Converse: pages, text and pictures, about 7,000 tokens for three pages; or text, about 1,000 tokens. Pages need citations, which answers then have.',
    oneOf('pages', 'text'),
  )
  pdf: 'pages' | 'text' = 'pages';
}
