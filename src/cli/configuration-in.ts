import { parseAllDocuments, stringify } from 'yaml';

/** Annotation of the pods that holds the configuration if the chart has `configChanges: restart`. */
const POD_ANNOTATION = 'outcrop/gateway.yaml';
/** Paths of the configuration in the manifests of the chart. */
const MANIFEST_PATHS = [
  ['data', 'gateway.yaml'],
  ['spec', 'template', 'metadata', 'annotations', POD_ANNOTATION],
];

/** A configuration and the form of the file that contained it. */
export interface ContainedConfiguration {
  /** Text of a `gateway.yaml`. */
  text: string;
  form: 'gateway.yaml' | 'chart values' | 'manifests';
}

/**
 * Finds the configuration in a `gateway.yaml`, in a values file of the chart (`config`), or in manifests that `helm
 * template` rendered. Returns the text of any other file unmodified.
 */
export function configurationIn(text: string): ContainedConfiguration {
  const documents = [parseAllDocuments(text)].flat();
  if (documents.some(({ errors }) => errors.length > 0)) return { text, form: 'gateway.yaml' };
  for (const document of documents) {
    const rendered = MANIFEST_PATHS.map((path): unknown => document.getIn(path)).find((value) => value !== undefined);
    if (document.has('kind') && typeof rendered === 'string') return { text: rendered, form: 'manifests' };
  }
  const [values] = documents;
  if (documents.length !== 1 || !values?.has('config')) return { text, form: 'gateway.yaml' };
  return { text: stringify((values.toJS() as { config: unknown }).config ?? {}), form: 'chart values' };
}
