import { execFileSync } from 'node:child_process';

/** A package and its version. */
interface PackageVersion {
  name: string;
  version: string;
}

/** The fields of CycloneDX that the selection of packages changes. */
interface BillOfMaterials {
  metadata: { component: { 'bom-ref': string } };
  components: (PackageVersion & { 'bom-ref': string })[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** Returns a CycloneDX bill of materials with the given packages. Throws if npm does not know one of them. */
export function billOfMaterials(packages: readonly PackageVersion[]): object {
  // npm's option --omit=dev omits packages that development dependencies share.
  const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const bill = JSON.parse(text) as BillOfMaterials;
  const wanted = new Set(packages.map(labelOf));
  const components = bill.components.filter((component) => wanted.has(labelOf(component)));
  const listed = new Set(components.map(labelOf));
  const missing = [...wanted].filter((label) => !listed.has(label));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}`);
  const refs = new Set([bill.metadata.component, ...components].map((component) => component['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  return { ...bill, components, dependencies };
}

function labelOf({ name, version }: PackageVersion): string {
  return `${name}@${version}`;
}
