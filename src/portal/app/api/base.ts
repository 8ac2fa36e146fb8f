/**
 * Where the pages are mounted, without a slash at its end, told from where this script was loaded: so it holds under any
 * prefix, also one that a proxy puts before it. Scripts are at `<base>/assets/<name>.js`.
 */
export const base = new URL(import.meta.url).pathname.split("/").slice(0, -2).join("/");
