/** The path of `cli/check.ts` in the previous release, which service files name. The next release removes it. */
import '../cli/check.ts';
