import { flag, listOfText, milliseconds, oneOf, section, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class MediaFetchConfig {
  @Setting(
    'Fetches images that a request names by https:// URL, from public addresses only. Without it, such images are rejected.',
    flag(),
  )
  enabled = false;

  @OptionalSetting(
    'Hosts from which images may be fetched; *.example.com includes all subdomains. Default: any public host.',
    listOfText('a list of host names such as [images.example.com, "*.example.org"]'),
  )
  hosts?: string[];

  @Setting('Milliseconds for fetching all images of a request.', milliseconds())
  timeoutMs = 10_000;

  @Setting('Maximum number of images by URL in a request.', wholeNumber({ min: 1, max: 1_000 }))
  maxImages = 20;

  @Setting('Maximum total bytes of the fetched images of one request.', wholeNumber({ min: 1024, max: 1024 ** 3 }))
  maxTotalBytes = 20 * 1024 * 1024;
}

export class MediaConfig {
  @Setting('Images by URL.', section(MediaFetchConfig))
  fetch: MediaFetchConfig = new MediaFetchConfig();

  @Setting(
    'Representation of PDFs for Claude through Converse: pages, as text and images (about 7,000 tokens for three pages); text, as text only (about 1,000 tokens). Pages enable citations in answers.',
    oneOf('pages', 'text'),
  )
  pdf: 'pages' | 'text' = 'pages';
}
