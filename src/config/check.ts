/** The path of `cli/check.ts` in the previous release, which service files may use. The next release removes it. */
import '../cli/check.ts';
