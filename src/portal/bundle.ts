/** A file of the browser half. */
export interface BundleFile {
  /** Its `Content-Type`. */
  readonly type: string;
  /** Its bytes, gzipped (RFC 1952), in base64. */
  readonly gzip: string;
}

/**
 * The browser half as the build leaves it in `pages.gen.ts`: inside the module, so that the published package reads no
 * file when it runs, and bundlers of the host's lose none.
 */
export interface Bundle {
  /** Name of the script that the page starts with. */
  readonly entry: string;
  /** Names of the scripts that it imports, to be asked for at once. */
  readonly preloads: readonly string[];
  /** Names of the stylesheets that every page has, in their order. */
  readonly styles: readonly string[];
  /** By name, which has a hash of the content in it: what is served under a name never changes. */
  readonly files: Readonly<Record<string, BundleFile>>;
}
